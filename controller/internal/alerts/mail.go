package alerts

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"strings"
	"time"

	mail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"cotmoc/playlists"
)

// MailRoots are whom mail servers' certificates are checked against; nil are
// the system's.
type MailRoots = *x509.CertPool

// How long a mail server has. The last answer is the one that must not be
// missed, and RFC 5321 (4.5.3.2.6) has clients wait ten minutes for it.
const (
	mailTalk = 30 * time.Second
	mailLast = 10 * time.Minute
)

// sendMail hands one mail to a server. Until the dot that ends it has been sent
// it surely has not arrived; after it only the answer tells.
func (s *Service) sendMail(ctx context.Context, c *Channel, secrets Secrets, m Message, handing func() error) *fault {
	letter, err := s.letter(c, m)
	if err != nil {
		return s.faultOf(err)
	}
	var conn net.Conn
	client, err := s.openMail(ctx, c, secrets, &conn)
	if conn != nil {
		// What ends us ends the talk, too.
		defer conn.Close()
		defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	}
	if err != nil {
		return s.mailFault(err)
	}
	if err := dictate(client, conn, c, m); err != nil {
		return s.mailFault(err)
	}
	w, err := client.Data()
	if err != nil {
		return s.mailFault(err)
	}
	_ = conn.SetDeadline(time.Now().Add(mailTalk)) // fails like the write after it
	if _, err = w.Write(letter); err == nil {
		err = client.Text.W.Flush()
	}
	if err != nil {
		return s.mailFault(err)
	}
	if err := handing(); err != nil {
		return s.faultOf(err)
	}
	_ = conn.SetDeadline(time.Now().Add(mailLast)) // fails like the write after it
	if err := w.Close(); err != nil {
		f := s.mailFault(err)
		_, answered := errors.AsType[*textproto.Error](err)
		f.doubt = !answered
		return f
	}
	_ = client.Quit() // it has it already
	return nil
}

// dictate says from whom and to whom.
func dictate(client *smtp.Client, conn net.Conn, c *Channel, m Message) error {
	if err := conn.SetDeadline(time.Now().Add(mailTalk)); err != nil {
		return err
	}
	if err := client.Mail(c.Settings.From); err != nil {
		return err
	}
	return client.Rcpt(m.target())
}

// target is whom the message is for.
func (m Message) target() string { return m.Delivery.Target }

// openMail connects, encrypts and logs in.
func (s *Service) openMail(ctx context.Context, c *Channel, secrets Secrets, conn *net.Conn) (*smtp.Client, error) {
	roots := &tls.Config{ServerName: c.Settings.Host, RootCAs: s.cfg.Roots, MinVersion: tls.VersionTLS12}
	options := []mail.Option{
		mail.WithPort(int(c.Settings.Port)), mail.WithTimeout(mailTalk), mail.WithHELO(s.cfg.Host), mail.WithTLSConfig(roots), mail.WithTLSPolicy(mail.TLSMandatory),
		mail.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
			line, err := s.cfg.Outside.Dial(ctx, c.Settings.Host, c.Settings.Port, mailPorts())
			if err != nil {
				return nil, err
			}
			*conn = line
			if c.Settings.Security == ImplicitTLS {
				secured := tls.Client(line, roots)
				*conn = secured
				if err := secured.HandshakeContext(ctx); err != nil {
					return nil, errors.Join(err, line.Close())
				}
			}
			return *conn, nil
		}),
	}
	if c.Settings.Security == ImplicitTLS { // the line is secured already, and the client sees that it is
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	}
	if c.Settings.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.Settings.User), mail.WithPassword(secrets.Password))
	}
	client, err := mail.NewClient(c.Settings.Host, options...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

// letter writes a mail. It is the same at every attempt.
func (s *Service) letter(c *Channel, m Message) ([]byte, error) {
	l := mail.NewMsg(mail.WithNoDefaultUserAgent())
	err := errors.Join(l.FromFormat("cotmoc", c.Settings.From), l.To(m.target()))
	l.Subject("[cotmoc] " + m.Subject)
	l.SetMessageIDWithValue(m.ID + "@" + s.cfg.Host)
	l.SetDateWithValue(m.Delivery.Created)
	l.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Thread != "" {
		l.SetGenHeader(mail.HeaderReferences, "<incident."+m.Thread+"@"+s.cfg.Host+">")
	}
	l.SetBodyString(mail.TypeTextPlain, m.Text+"\n")
	var b bytes.Buffer
	if _, werr := l.WriteTo(&b); werr != nil {
		err = errors.Join(err, werr)
	}
	if err != nil {
		return nil, playlists.Errorf(playlists.Invalid, "alert_letter", nil, "cannot write this mail: %w; look at its addresses", err)
	}
	return b.Bytes(), nil
}

// mailFault puts what a server said into words. Nothing has arrived, as far as
// this knows.
func (s *Service) mailFault(err error) *fault {
	said, answered := errors.AsType[*textproto.Error](err)
	if !answered {
		f := s.lineFault(err)
		f.doubt = false
		return f
	}
	f := &fault{Trouble: Trouble{Reason: "alert_mail_refused", Params: playlists.Params{"code": said.Code, "said": cut(said.Msg)}}, err: err, refused: said.Code >= 500}
	if said.Code == 535 || said.Code == 534 || said.Code == 538 {
		f.Reason = "alert_mail_login"
	}
	return f
}

// cut is what a server said, fit to be shown.
func cut(text string) string {
	r := []rune(playlists.Clean(strings.ToValidUTF8(text, "?")))
	return string(r[:min(len(r), 160)])
}

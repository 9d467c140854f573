package slides

import "slices"

// News and the others are the templates.
const (
	News      = "tin"          // headline, photo, two lines, source, date, code
	Notice    = "thong-bao"    // title, text, unit, date
	Warning   = "canh-bao"     // level, what is to be done, whom to call
	Hours     = "gio-cua-khau" // who passes a gate on which days at what time
	Rates     = "ti-gia"       // currencies, bought and sold, by whom and when
	Countdown = "dem-ngay"     // a day, and how far it is from another
	Welcome   = "chao-mung"    // a greeting in four languages
)

// Field is what a template has a place for.
type Field string

// The fields of slides; a title has every template.
const (
	Title   Field = "title"
	Text    Field = "text"
	Source  Field = "source"
	Date    Field = "date"
	Page    Field = "page"
	Picture Field = "picture"
	Level   Field = "level"
	Phone   Field = "phone"
	Time    Field = "time"
	Until   Field = "until"
	Rows    Field = "rows"
)

// Template describes one version of a design: what somebody fills in for it.
type Template struct {
	Name    string
	Version int
	Fields  []Field  // in the order in which they are filled in
	Needs   []Field  // those that cannot be left empty
	Columns []string // of Rows
	Most    int      // rows that there is room for
	Each    []string // the language of each row, when there is one row for each
}

// Has tells whether the template has a place for a field.
func (t Template) Has(f Field) bool { return slices.Contains(t.Fields, f) }

// Templates lists the designs in which new slides are made.
func Templates() []Template {
	return []Template{
		{Name: News, Version: 1, Fields: []Field{Title, Text, Source, Date, Page, Picture}},
		{Name: Notice, Version: 1, Fields: []Field{Title, Text, Source, Date, Page}},
		{Name: Warning, Version: 1, Fields: []Field{Level, Title, Text, Phone, Source, Date, Time, Page}, Needs: []Field{Level, Source, Date}},
		{Name: Hours, Version: 1, Fields: []Field{Title, Rows, Text, Source, Date, Page}, Needs: []Field{Rows}, Columns: []string{"lane", "days", "hours"}, Most: 8},
		{Name: Rates, Version: 1, Fields: []Field{Title, Rows, Text, Source, Date, Time, Page}, Needs: []Field{Rows, Source, Date}, Columns: []string{"currency", "buy", "sell"}, Most: 10},
		{Name: Countdown, Version: 1, Fields: []Field{Title, Until, Date, Text, Source, Page}, Needs: []Field{Until}},
		{Name: Welcome, Version: 1, Fields: []Field{Title, Rows, Source}, Needs: []Field{Rows}, Columns: []string{"greeting"}, Most: 4, Each: []string{"vi", "lo", "en", "zh"}},
	}
}

// find gives a template; slides of an older version stay as they are drawn.
func find(name string, version int) (Template, bool) {
	for _, t := range Templates() {
		if t.Name == name && t.Version == version {
			return t, true
		}
	}
	return Template{}, false
}

// Newest gives the version in which new slides are made.
func Newest(name string) int {
	for _, t := range Templates() {
		if t.Name == name {
			return t.Version
		}
	}
	return 1
}

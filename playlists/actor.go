package playlists

import "slices"

// Role is a kind of work a person does.
type Role string

// The roles.
const (
	Contributor   Role = "contributor"
	Editor        Role = "editor"
	Reviewer      Role = "reviewer"
	Approver      Role = "approver"
	Emergency     Role = "emergency"
	WatchOfficer  Role = "watch_officer"
	Technician    Role = "technician"
	Administrator Role = "administrator"
	Inspector     Role = "inspector"
)

// Roles lists all roles in the order people see them.
func Roles() []Role {
	return []Role{Contributor, Editor, Reviewer, Approver, Emergency, WatchOfficer, Technician, Administrator, Inspector}
}

// Right is one thing a person may do.
type Right string

// The rights.
const (
	ReadMedia     Right = "read_media"
	AddMedia      Right = "add_media"      // and edit one's own
	EditMedia     Right = "edit_media"     // of the whole unit
	ReviewMedia   Right = "review_media"   //
	ApproveMedia  Right = "approve_media"  // and withdraw
	ReadPlans     Right = "read_plans"     // playlists, schedule, previews
	EditPlans     Right = "edit_plans"     //
	Publish       Right = "publish"        //
	TakeDown      Right = "take_down"      // order the screens to stop showing something
	IssueBulletin Right = "issue_bulletin" // interrupt the screens with an emergency item
	MakeSafe      Right = "make_safe"      // put screens on their slate
	Watch         Right = "watch"          // screens' live state
	ManageScreens Right = "manage_screens" // claim, name, tag, revoke
	// HandleIncidents is to take, comment, hand over and close incidents.
	HandleIncidents Right = "handle_incidents"
	// AssistScreens is to have the page load again and the glass looked at; with
	// ManageScreens it is all of remote help.
	AssistScreens Right = "assist_screens"
	// ManageReleases is to bring releases of the agent in, propose plans and
	// stop them; StartReleases lets them go to screens.
	ManageReleases Right = "manage_releases"
	StartReleases  Right = "start_releases"
	ManagePeople   Right = "manage_people" // people, units, clusters, grants
	ReadReports    Right = "read_reports"  // plays
	ReadAudit      Right = "read_audit"    // and export; only over everything
)

// rights is the one table of who may do what.
func rights(r Role) []Right {
	switch r {
	case Contributor:
		return []Right{ReadMedia, AddMedia}
	case Editor:
		return []Right{ReadMedia, AddMedia, EditMedia, ReadPlans, EditPlans, Publish, Watch, ReadReports}
	case Reviewer:
		return []Right{ReadMedia, ReviewMedia, ReadPlans}
	case Approver:
		return []Right{ReadMedia, ApproveMedia, ReadPlans, TakeDown, Watch}
	case Emergency:
		return []Right{TakeDown, IssueBulletin, Watch}
	case WatchOfficer:
		return []Right{MakeSafe, Watch, HandleIncidents, AssistScreens}
	case Technician:
		return []Right{Watch, ManageScreens, HandleIncidents, AssistScreens, ManageReleases}
	case Administrator:
		return []Right{ManagePeople, ManageScreens, ManageReleases, StartReleases, Watch, HandleIncidents, ReadReports, ReadAudit}
	case Inspector:
		return []Right{ReadMedia, ReadPlans, Watch, ReadReports, ReadAudit}
	}
	return nil
}

// Grant gives a person a role, for one unit's things or all (""), at one
// cluster or all ("").
type Grant struct {
	Role    Role `json:"role"`
	Unit    ID   `json:"unit_id"`
	Cluster ID   `json:"cluster_id"`
}

// Validate refuses an unknown role.
func (g Grant) Validate() error {
	if !slices.Contains(Roles(), g.Role) {
		return Errorf(Invalid, "role_unknown", Params{"role": string(g.Role)}, "cannot grant the role %.40q: choose one of %v", string(g.Role), Roles())
	}
	return nil
}

// Actor is the person on whose behalf something is done. The zero Actor may
// do nothing.
type Actor struct {
	ID     ID
	Login  string
	Name   string
	Unit   ID
	Grants []Grant
}

// Scope is where a right is asked for. An empty field means the thing has no
// unit, or no cluster.
type Scope struct {
	Unit    ID
	Cluster ID
}

// May tells whether a grant gives the right in the scope.
func (a Actor) May(r Right, in Scope) bool {
	for _, g := range a.Grants {
		if slices.Contains(rights(g.Role), r) &&
			(g.Unit == "" || in.Unit == "" || g.Unit == in.Unit) &&
			(g.Cluster == "" || in.Cluster == "" || g.Cluster == in.Cluster) {
			return true
		}
	}
	return false
}

// Reach is the part of the whole in which an actor has a right. Queries
// filter by it.
type Reach struct {
	All      bool // everything, the lists are empty
	Units    []ID // any cluster, these units
	Clusters []ID // any unit, these clusters
	Pairs    []Scope
}

// Reach tells where the actor has the right.
func (a Actor) Reach(r Right) Reach {
	var out Reach
	for _, g := range a.Grants {
		if !slices.Contains(rights(g.Role), r) {
			continue
		}
		switch {
		case g.Unit == "" && g.Cluster == "":
			return Reach{All: true}
		case g.Cluster == "":
			out.Units = append(out.Units, g.Unit)
		case g.Unit == "":
			out.Clusters = append(out.Clusters, g.Cluster)
		default:
			out.Pairs = append(out.Pairs, Scope{Unit: g.Unit, Cluster: g.Cluster})
		}
	}
	return out
}

// None tells that the right is had nowhere.
func (r Reach) None() bool { return !r.All && len(r.Units)+len(r.Clusters)+len(r.Pairs) == 0 }

// Rights lists what the actor may do somewhere, each once, in a fixed order.
func (a Actor) Rights() []Right {
	var out []Right
	for _, r := range []Right{ReadMedia, AddMedia, EditMedia, ReviewMedia, ApproveMedia, ReadPlans, EditPlans, Publish, TakeDown, IssueBulletin, MakeSafe, Watch, HandleIncidents, ManageScreens, AssistScreens, ManagePeople, ReadReports, ReadAudit, ManageReleases, StartReleases} {
		if !a.Reach(r).None() {
			out = append(out, r)
		}
	}
	return out
}

// Require is May as an error.
func (a Actor) Require(r Right, in Scope) error {
	if a.ID == "" {
		return Errorf(Unauthenticated, "login_required", nil, "cannot do this without logging in: log in and try again")
	}
	if !a.May(r, in) {
		return Errorf(Forbidden, "right_missing", Params{"right": string(r)}, "cannot do this without the right %s: ask an administrator for it", r)
	}
	return nil
}

package present

import (
	"fmt"
	"strconv"
	"strings"

	"restante.app/localstore"
	"restante.app/popclient"
)

// What becomes of mail at the server once it is collected.
const (
	afterStay   = "stay"
	afterDays   = "days"
	afterDelete = "delete"
)

// Afters are the choices of what becomes of mail at the server.
var Afters = Choice[string]{
	{afterStay, "Leave it at the server"},
	{afterDays, "Delete it there after some days"},
	{afterDelete, "Delete it there once it is safe here"},
}

// AfterSomeDays tells whether a choice of Afters asks for a number of days.
func AfterSomeDays(label string) bool { return Afters.Value(label) == afterDays }

// AfterDeletes tells whether a choice of Afters leaves nothing at the server.
func AfterDeletes(label string) bool { return Afters.Value(label) == afterDelete }

// megabyte is the unit of the size limit as it is typed.
const megabyte = 1_000_000

func (f *Form) showPolicy(a localstore.Account) {
	switch {
	case a.Delete:
		f.After = Afters.Label(afterDelete)
	case a.DeleteAfterDays > 0:
		f.After = Afters.Label(afterDays)
	default:
		f.After = Afters.Label(afterStay)
	}
	f.Days, f.Every = unlessZero(a.DeleteAfterDays), unlessZero(a.EveryMinutes)
	f.WithMine, f.AtStart = a.DeleteWithMine, a.AtStart
	if a.SizeLimit > 0 {
		f.LargerThan = strconv.FormatFloat(float64(a.SizeLimit)/megabyte, 'f', -1, 64)
	}
}

func unlessZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// policy takes over what becomes of mail and when it is fetched.
func (f Form) policy(a *localstore.Account) (err error) {
	after := Afters.Value(f.After)
	a.Delete, a.DeleteAfterDays, a.DeleteWithMine, a.SizeLimit = after == afterDelete, 0, false, 0
	if a.EveryMinutes, err = whole(f.Every, "minutes between two fetches", 7*24*60); err != nil {
		return err
	}
	a.AtStart = f.AtStart
	if a.Protocol == "pop1" { // has no way to tell one message at the server from another
		if after == afterDays {
			return fmt.Errorf("POP1 takes a mailbox as a whole: leave the mail at the server, or delete it once it is safe here")
		}
		return nil
	}
	if after == afterDays {
		if a.DeleteAfterDays, err = whole(f.Days, "days that mail stays at the server", 10_000); err != nil {
			return err
		}
		if a.DeleteAfterDays == 0 {
			return fmt.Errorf("type after how many days mail is deleted at the server")
		}
	}
	a.DeleteWithMine = f.WithMine && after != afterDelete
	a.SizeLimit, err = octets(f.LargerThan)
	return err
}

// whole reads a number, 0 if nothing was typed.
func whole(s, what string, most int) (int, error) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > most {
		return 0, fmt.Errorf("the %s are a whole number up to %s, or nothing", what, Number(most))
	}
	return n, nil
}

// octets reads a number of megabytes.
func octets(s string) (int64, error) {
	if s = strings.TrimSpace(strings.ReplaceAll(s, ",", ".")); s == "" {
		return 0, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= 1_000_000) { // NaN too
		return 0, fmt.Errorf("the size limit is a number of megabytes, such as 5 or 0.5, or nothing")
	}
	return int64(f * megabyte), nil
}

// Policy says what becomes of an account's mail at the server.
func Policy(a localstore.Account) string {
	switch {
	case a.Delete:
		return "The server deletes what is safe on this disk."
	case a.DeleteAfterDays > 0 && a.DeleteWithMine:
		return fmt.Sprintf("Mail stays at the server for %s, or until you delete it here.", Count(a.DeleteAfterDays, "day"))
	case a.DeleteAfterDays > 0:
		return fmt.Sprintf("Mail stays at the server for %s.", Count(a.DeleteAfterDays, "day"))
	case a.DeleteWithMine:
		return "Mail stays at the server until you delete it here."
	}
	return "Mail stays at the server."
}

// Consequence says what a fetch will do to the server's copy, before it starts.
func Consequence(a localstore.Account, r popclient.Removal) string {
	if r == popclient.Delete {
		return fmt.Sprintf("The post office will delete the messages in %s once they are safely on this disk. After that the only copy is here.", boxes(a))
	}
	s := fmt.Sprintf("Everything stays at the post office. Restante collects what is in %s and knows it again next time.", boxes(a))
	switch {
	case a.DeleteAfterDays > 0 && a.DeleteWithMine:
		s = fmt.Sprintf("New mail in %s is collected and stays at the post office. What has been here for %s, and what you deleted here, is deleted there.", boxes(a), Count(a.DeleteAfterDays, "day"))
	case a.DeleteAfterDays > 0:
		s = fmt.Sprintf("New mail in %s is collected and stays at the post office. What has been here for %s is deleted there.", boxes(a), Count(a.DeleteAfterDays, "day"))
	case a.DeleteWithMine:
		s = fmt.Sprintf("New mail in %s is collected and stays at the post office. What you deleted here is deleted there.", boxes(a))
	}
	if a.SizeLimit > 0 {
		s += fmt.Sprintf(" Of messages from %s on, only the header comes.", Size(a.SizeLimit))
	}
	return s
}

// boxes names an account's mailboxes.
func boxes(a localstore.Account) string {
	if len(a.Mailboxes) == 0 {
		return a.User
	}
	return strings.Join(a.Mailboxes, ", ")
}

// Deletion says what deleting messages here does, by the account of each.
func Deletion(count int, accounts []localstore.Account) string {
	what, of, stays := "It is", "it", "it was"
	if count != 1 {
		what, of, stays = "They are", "them", "each was"
	}
	s := what + " deleted from this disk. This can't be undone."
	for _, a := range accounts {
		copies := "its copy"
		if count != 1 {
			copies = "its copies"
		}
		switch {
		case a.DeleteWithMine:
			s += fmt.Sprintf("\n\n%s: the server deletes %s at the next fetch.", a.Name, copies)
		case a.DeleteAfterDays > 0:
			s += fmt.Sprintf("\n\n%s: what the server still has of %s stays there until %s after %s collected.", a.Name, of, Count(a.DeleteAfterDays, "day"), stays)
		default:
			s += fmt.Sprintf("\n\n%s: what the server still has of %s stays there and is not collected again.", a.Name, of)
		}
	}
	return s
}

// Moved says that so many messages were moved.
func Moved(count int, to string) string { return Count(count, "message") + " moved to " + to }

// Copied says that so many messages were copied.
func Copied(count int, to string) string { return Count(count, "message") + " copied to " + to }

// Part says how far something is with so many messages.
func Part(done, total int) string {
	if total <= 0 {
		return Count(done, "message")
	}
	return Number(done) + " of " + Count(total, "message")
}

// Stopped says that something was stopped after so many messages.
func Stopped(done int) string { return "Stopped after " + Count(done, "message") }

// CutOff says what was done of an operation that was cut off when the program died.
func CutOff(d localstore.Deed) string {
	verb := map[localstore.Kind]string{
		localstore.Moved: "moved", localstore.Copied: "copied", localstore.Marked: "marked",
		localstore.BoxDeleted: "moved to the trash from a mailbox that was to be deleted",
	}[d.Kind]
	return "The last time Restante ended in the middle: " + Part(d.Undo.Len(), d.Of) + " " + verb
}

// MailboxDeletion says what deleting a mailbox of the owner's own does.
func MailboxDeletion(p Place) string {
	if p.Total == 0 {
		return "There is no mail in it."
	}
	return "What is in it, " + Count(p.Total, "message") + ", goes to the trash and can be had back from there."
}

// DeletionTitle asks whether to delete so many messages here.
func DeletionTitle(count int) string {
	if count == 1 {
		return "Delete this message?"
	}
	return "Delete " + Count(count, "message") + "?"
}

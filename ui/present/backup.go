package present

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"restante.app/fetcher"
	"restante.app/localstore"
	"restante.app/mimeview"
)

// EveryDays are how often backups are made by themselves, in days. days is among them.
func EveryDays(days int) Choice[int] {
	return with(Choice[int]{{0, "Only when I say so"}, {1, "Every day"}, {7, "Every week"}, {30, "Every month"}}, days, "Every %s days")
}

// KeptBackups are how many backups are kept. keep is among them.
func KeptBackups(keep int) Choice[int] {
	return with(Choice[int]{{0, "Keep all of them"}, {3, "Keep the last 3"}, {10, "Keep the last 10"}, {30, "Keep the last 30"}}, keep, "Keep the last %s")
}

func with(c Choice[int], value int, label string) Choice[int] {
	for _, o := range c {
		if o.Value == value {
			return c
		}
	}
	return append(c, Choice[int]{{value, fmt.Sprintf(label, Number(value))}}...)
}

// mostBackups is how many backups are named.
const mostBackups = 5

// Backups says which backups there are in a folder, the newest first.
func Backups(folder string, made []fetcher.Made, now time.Time) string {
	switch {
	case folder == "":
		return "Choose a folder first, on another disk than this one."
	case len(made) == 0:
		return "There is no backup in this folder yet."
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s in this folder, the last of %s.", Count(len(made), "backup"), moment(made[len(made)-1].At, now))
	for i := len(made) - 1; i >= max(0, len(made)-mostBackups); i-- {
		b.WriteString("\n" + mimeview.Clean(made[i].Path, 300))
	}
	return b.String()
}

func moment(t, now time.Time) string {
	t = t.In(now.Location())
	if day := t.Format(time.DateOnly); day != now.Format(time.DateOnly) {
		return t.Format("2 January 2006, 15:04")
	}
	return "today, " + t.Format("15:04")
}

// RestoreQuestion asks whether a backup shall take the place of the mail.
func RestoreQuestion(folder string) string {
	return "Restante ends, and the backup in " + mimeview.Clean(folder, 300) + " takes the place of your mail, accounts and settings. The mail of now is kept in a folder beside it. What came since the backup is not in it; what is still at the post office comes again."
}

// BackupProgress says how far a backup has come.
func BackupProgress(done, total int64) string {
	if done >= total {
		return "Copied. Reading every message of the copy…"
	}
	return fmt.Sprintf("Copying: %s of %s", Size(done), Size(total))
}

// BackedUp says what is in a new backup.
func BackedUp(path string, r localstore.Report) string {
	return fmt.Sprintf("%s, %s. Every octet of the copy was read and is sound.\n%s", Count(r.Messages, "message"), Size(r.Octets), mimeview.Clean(path, 300))
}

// Checked says what a look at the whole store has found.
func Checked(r localstore.Report) string {
	if r.OK() {
		return fmt.Sprintf("%s, %s in %s. Everything was read, and everything is sound.", Count(r.Messages, "message"), Size(r.Octets), Count(r.Files, "file"))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s found.", Count(len(r.Problems)+r.More, "problem"))
	for i, p := range r.Problems {
		if i == shownProblems {
			b.WriteString("\nand more")
			break
		}
		b.WriteString("\n" + mimeview.Clean(p.String(), 300))
	}
	b.WriteString("\n\nMake no backup over an older one. Close Restante, and run popfetch verify --repair, which keeps what is there now, or popfetch restore with a backup.")
	return b.String()
}

// UpkeepFault says that a backup or the upkeep of the store failed, and what to do.
func UpkeepFault(err error) (title, next string) {
	title, next = "No backup could be made by itself: "+mimeview.Clean(err.Error(), 400), "See File → Backups… for where they go."
	if e := new(localstore.Error); errors.As(err, &e) {
		title, next = "Looking after the mail failed: "+mimeview.Clean(e.What, 400), mimeview.Clean(e.Next, 400)
	}
	return title, next
}

package present

import (
	"fmt"
	"strings"
	"time"

	"restante.app/fetcher"
	"restante.app/localstore"
)

// Standing is how an account stands: a word or a time beside its name, and the
// sentence behind it.
type Standing struct {
	Short    string // "14:05", "paused", "waiting", "stopped", "fetching"; "" without a schedule
	Sentence string
	Fault    bool // the last fetch failed
}

// NewStanding puts the status of an account into words.
func NewStanding(a localstore.Account, s fetcher.Status, paused bool, now time.Time) Standing {
	failed := strings.TrimSpace(s.Advice.What + " " + s.Advice.Next)
	planned := a.EveryMinutes > 0 || !s.Next.IsZero()
	switch {
	case s.Running:
		return Standing{Short: "fetching", Sentence: "Fetching now."}
	case s.Stopped:
		return Standing{"stopped", joined("Nothing runs by itself until the password is changed.", failed), true}
	case paused && planned:
		return Standing{"paused", joined("Paused: nothing is fetched by itself.", failed), failed != ""}
	case s.Failures > 0 && !s.Next.IsZero():
		return Standing{"waiting", fmt.Sprintf("Waiting until %s after %s. %s", clock(s.Next, now), Count(s.Failures, "failure"), failed), true}
	case s.Failures > 0:
		return Standing{"failed", failed, true}
	case !s.Next.IsZero():
		return Standing{Short: clock(s.Next, now), Sentence: joined("Next fetch at "+clock(s.Next, now)+".", serverRule(s))}
	case a.AtStart:
		return Standing{Sentence: joined("Fetched at start, and when you ask.", serverRule(s))}
	}
	return Standing{Sentence: joined("Fetched when you ask.", serverRule(s))}
}

// serverRule says what the server announced: that it deletes by itself, or how often
// it may be asked.
func serverRule(s fetcher.Status) string {
	switch {
	case s.Expires && s.ExpireDays == 0:
		return "This server deletes mail as soon as it was read there."
	case s.Expires:
		return fmt.Sprintf("This server deletes mail %s after it came.", Count(s.ExpireDays, "day"))
	case s.LoginDelay > 0:
		return fmt.Sprintf("This server allows a fetch every %s.", span(s.LoginDelay))
	}
	return ""
}

func joined(a, b string) string { return strings.TrimSpace(a + " " + b) }

// clock gives the time, with the day if that is not today.
func clock(t, now time.Time) string {
	t = t.In(now.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("Mon 15:04")
}

// span gives a length of time in its largest unit.
func span(d time.Duration) string {
	switch {
	case d >= 2*time.Hour:
		return Count(int(d.Round(time.Hour)/time.Hour), "hour")
	case d >= 2*time.Minute:
		return Count(int(d.Round(time.Minute)/time.Minute), "minute")
	}
	return Count(int(d.Round(time.Second)/time.Second), "second")
}

// PauseLabel names the action that pauses everything, or ends that.
func PauseLabel(paused bool) string {
	if paused {
		return "Resume the schedule"
	}
	return "Pause all"
}

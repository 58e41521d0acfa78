package present

import (
	"slices"
	"testing"
)

func TestCommandsAreFoundByTheirWords(t *testing.T) {
	all := []Command{
		{Label: "Fetch…", Where: "File", Keys: "F5"},
		{Label: "Mark unread", Where: "Message"},
		{Label: "Mark read", Where: "Message"},
		{Label: "Archive", Where: "Message"},
		{Label: "Post / Café", Where: "Go to"},
		{Label: "Read at once", Where: "View"},
	}
	for _, c := range []struct {
		typed string
		want  []int
	}{
		{"", []int{0, 1, 2, 3, 4, 5}},
		{"read", []int{5, 2, 1}}, // at the beginning, of a word, within one
		{"mark re", []int{2, 1}},
		{"RE ma", []int{2, 1}},
		{"message", []int{1, 2, 3}},
		{"cafe", []int{4}},
		{"CAFÉ post", []int{4}},
		{"zzz", nil},
		{"mark zzz", nil},
	} {
		if got := MatchCommands(all, c.typed); !slices.Equal(got, c.want) {
			t.Errorf("%q finds %v, want %v", c.typed, got, c.want)
		}
	}
}

func TestWordsBegin(t *testing.T) {
	for _, c := range []struct {
		text, w string
		want    bool
	}{{"mark unread", "unread", true}, {"mark unread", "read", false}, {"bread, read", "read", true}, {"éread", "read", false}, {"", "x", false}} {
		if got := begins(c.text, c.w); got != c.want {
			t.Errorf("%q begins in %q: %t", c.w, c.text, got)
		}
	}
}

package custody_test

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"restante.app/localstore/custody"
	"restante.app/localstore/internal/seal"
)

func TestZeroValuesReleaseNothing(t *testing.T) {
	if (custody.Release{}).Valid() {
		t.Error("the zero Release is valid")
	}
	var empty custody.Tape
	for _, m := range []custody.Manifest{{}, empty.Manifest(), {Messages: 1, Octets: 3, Sum: 7}} {
		release, err := custody.Receipt{}.Release(m)
		if !errors.Is(err, custody.ErrNoCustody) || release.Valid() {
			t.Errorf("the zero Receipt releases %+v: %v", m, err)
		}
	}
}

// However the octets of a run are cut, the manifest is the same; and it differs
// where anything of the run does.
func TestTape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		octets := rapid.SliceOf(rapid.Byte()).Draw(t, "octets")
		messages := rapid.IntRange(0, 3).Draw(t, "messages")
		cut := rapid.IntRange(0, len(octets)).Draw(t, "cut")
		whole, pieces := record(messages, octets), record(messages, octets[:cut], octets[cut:])
		if whole != pieces {
			t.Fatalf("%+v is not %+v", whole, pieces)
		}
		if record(messages+1, octets) == whole {
			t.Fatal("the count of messages does not matter")
		}
		if len(octets) > 0 {
			other := bytes.Clone(octets)
			other[cut%len(other)] ^= 1
			if record(messages, other) == whole || record(messages, octets[1:]) == whole {
				t.Fatal("the octets do not matter")
			}
		}
	})
}

func record(messages int, pieces ...[]byte) custody.Manifest {
	var tape custody.Tape
	for range messages {
		tape.Message()
	}
	for _, p := range pieces {
		if n, err := tape.Write(p); n != len(p) || err != nil {
			panic("Tape.Write failed")
		}
	}
	return tape.Manifest()
}

// forge finds the type of the stamp by inference, without its name.
func forge[S any](issue func(S, custody.Manifest, int, int) custody.Receipt, m custody.Manifest) custody.Receipt {
	var stamp S
	return issue(stamp, m, m.Messages, 0)
}

func TestInferredStampReleasesNothing(t *testing.T) {
	m := record(1, []byte("octets"))
	for _, issue := range []func(custody.Manifest) custody.Receipt{
		func(m custody.Manifest) custody.Receipt { return forge(custody.Issue, m) },
		func(m custody.Manifest) custody.Receipt { return forge(custody.IssuePartial, m) },
	} {
		release, err := issue(m).Release(m)
		if !errors.Is(err, custody.ErrNoCustody) || release.Valid() {
			t.Errorf("a stamp that was never stamped releases mail: %v", err)
		}
	}
}

// A receipt of headers alone releases nothing, though it was stamped and its manifest is
// that of the run.
func TestPartialReleasesNothing(t *testing.T) {
	m := record(2, []byte("two headers"))
	if release, err := custody.Issue(seal.Committed(), m, 2, 0).Release(m); err != nil || !release.Valid() {
		t.Fatalf("the same with whole messages: %v", err)
	}
	r := custody.IssuePartial(seal.Committed(), m, 1, 1)
	release, err := r.Release(m)
	if !errors.Is(err, custody.ErrNoCustody) || release.Valid() || r.Fresh() != 1 || r.Known() != 1 {
		t.Errorf("headers alone release mail: %v, %d fresh, %d known", err, r.Fresh(), r.Known())
	}
}

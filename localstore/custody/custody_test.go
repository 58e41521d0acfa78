package custody_test

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"restante.app/localstore/custody"
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
	release, err := forge(custody.Issue, m).Release(m)
	if !errors.Is(err, custody.ErrNoCustody) || release.Valid() {
		t.Errorf("a stamp that was never stamped releases mail: %v", err)
	}
}

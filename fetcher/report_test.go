package fetcher

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"restante.app/popclient"
)

// lateTLS secures the line behind the greeting, as STLS does.
type lateTLS struct {
	fakeSession
	conn connection
	err  error
}

func (s *lateTLS) Greet(context.Context) (string, error) {
	if s.err != nil {
		return "", s.err
	}
	s.conn.onStep(popclient.Secured, "TLS 1.3")
	return "hello", nil
}

// TestStepsOfSTLS wants the handshake to be a step of its own wherever it comes.
func TestStepsOfSTLS(t *testing.T) {
	refused := fmt.Errorf("%w: %w", popclient.ErrNoTLS, said("STLS", "-ERR no", popclient.ErrRefused))
	for _, x := range []struct {
		why  string
		err  error
		want []Step
	}{
		{"secured", nil, []Step{StepResolve, StepConnect, StepTLS, StepGreet, StepLogin, StepMailbox}},
		{"refused", refused, []Step{StepResolve, StepConnect, StepTLS}},
		{"not trusted", distrust(fmt.Errorf("self-signed")), []Step{StepResolve, StepConnect, StepTLS}},
		{"no greeting", said("greeting", "", popclient.ErrLost), []Step{StepResolve, StepConnect, StepGreet}},
	} {
		t.Run(x.why, func(t *testing.T) {
			c := openCore(t)
			c.dial = func(_ context.Context, conn connection) (session, error) {
				conn.onStep(popclient.Resolved, "127.0.0.1")
				conn.onStep(popclient.Connected, "127.0.0.1:110")
				return &lateTLS{fakeSession{server: &fakeServer{}}, conn, x.err}, nil
			}
			a := remembered("stls")
			a.Protocol = protocolPOP3
			r := c.Test(t.Context(), a, "sesame")
			var got []Step
			for _, s := range r.Steps {
				got = append(got, s.Step)
			}
			if !slices.Equal(got, x.want) || r.OK() != (x.err == nil) {
				t.Errorf("%+v", r.Steps)
			}
		})
	}
}

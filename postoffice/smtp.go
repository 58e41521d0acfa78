package postoffice

import (
	"context"
)

type smtpService struct{}

func (s *Server) shutdownSMTP(context.Context) error { return nil }

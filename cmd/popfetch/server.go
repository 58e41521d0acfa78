package main

import (
	"context"
	"flag"
	"fmt"
	"text/tabwriter"
	"time"

	"restante.app/fetcher"
	"restante.app/localstore"
)

// jsonOffer is what 'offers --json' prints of a message at the server.
type jsonOffer struct {
	Mailbox   string               `json:"mailbox"`
	Number    int                  `json:"number"`
	Size      int64                `json:"size"` // -1 if the server does not say
	UIDL      string               `json:"uidl,omitempty"`
	Ambiguous bool                 `json:"ambiguous,omitempty"`
	From      string               `json:"from,omitempty"`
	Subject   string               `json:"subject,omitempty"`
	Date      *time.Time           `json:"date,omitempty"`
	Message   localstore.MessageID `json:"message,omitempty"` // here
	State     string               `json:"state"`
}

// offers lists what is at the server.
func (a app) offers(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("offers", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	if err := a.parse(flags, args, 1, 1); err != nil {
		return err
	}
	acc, err := a.core.Store().Account(flags.Arg(0))
	if err != nil {
		return err
	}
	password, err := a.password(acc)
	if err != nil {
		return err
	}
	listings, err := a.core.Offers(ctx, acc.ID, password)
	if err != nil {
		advice := fetcher.Advise(err)
		return fmt.Errorf("%s: %s %s\n(%w)", acc.Name, advice.What, advice.Next, err)
	}
	rows := []jsonOffer{}
	for _, l := range listings {
		for _, m := range l.Items {
			rows = append(rows, offerRow(l.Mailbox, m))
		}
	}
	if *asJSON {
		return a.json(rows)
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\n", r.Mailbox, r.Number, r.Size, r.State, r.From, r.Subject)
	}
	return w.Flush()
}

func offerRow(mailbox string, m fetcher.ListedMessage) jsonOffer {
	row := jsonOffer{
		Mailbox: mailbox, Number: m.Offer.Number, Size: m.Offer.Size, UIDL: m.Offer.UIDL, Ambiguous: m.Offer.Ambiguous,
		From: m.Summary.FromAddress, Subject: m.Summary.Subject, Message: m.Here, State: "new",
	}
	if !m.Summary.Date.IsZero() {
		row.Date = &m.Summary.Date
	}
	switch {
	case m.Partial:
		row.State = "header here"
	case m.Here != 0:
		row.State = "here"
	case m.Known:
		row.State = "deleted here"
	}
	return row
}

// jsonFetch is what 'journal --json' prints of a fetch.
type jsonFetch struct {
	Account   string    `json:"account"`
	Started   time.Time `json:"started"`
	Seconds   float64   `json:"seconds"`
	Mode      string    `json:"mode"`
	Cause     string    `json:"cause"`
	Octets    int64     `json:"octets"`
	Collected int       `json:"collected"`
	Known     int       `json:"known"`
	Removed   int       `json:"removed"`
	Refused   int       `json:"refused"`
	Left      int       `json:"left"`
	Headers   int       `json:"headers"`
	Failure   string    `json:"failure,omitempty"`
	Next      string    `json:"next,omitempty"`
	Cancelled bool      `json:"cancelled,omitempty"`
}

// journal lists past fetches.
func (a app) journal(args []string) error {
	flags := flag.NewFlagSet("journal", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "as JSON")
	account := flags.String("account", "", "of this account alone")
	limit := flags.Int("limit", 50, "at most so many")
	if err := a.parse(flags, args, 0, 0); err != nil {
		return err
	}
	records, err := a.core.Journal(*account, *limit)
	if err != nil {
		return err
	}
	if *asJSON {
		out := make([]jsonFetch, len(records))
		for i, r := range records {
			out[i] = jsonFetch{
				r.Account, r.Started, r.Duration.Seconds(), r.Mode, r.Cause, r.Octets, r.Collected, r.Known,
				r.Removed, r.Refused, r.Left, r.Headers, r.Failure, r.Next, r.Cancelled,
			}
		}
		return a.json(out)
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, r := range records {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d collected, %d known, %d removed, %d refused, %d left\t%s\n",
			r.Started.Format("2006-01-02 15:04:05"), r.Account, r.Mode, r.Cause,
			r.Collected, r.Known, r.Removed, r.Refused, r.Left, r.Failure)
	}
	return w.Flush()
}

// Command look renders the fixtures in Chromium and in the document view, scores how far
// they agree and puts the pictures side by side. See docs/look.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"restante.app/ui/docview/look"
)

func main() {
	o := options{}
	flag.StringVar(&o.browser, "browser", "chromium", "the Chromium to compare with")
	flag.StringVar(&o.fixtures, "fixtures", "ui/docview/look/testdata", "folder of the messages")
	flag.StringVar(&o.mail, "mail", "../shared/mail", "folder of archives of mail to take more messages from, if it is there")
	flag.IntVar(&o.most, "most", 40, "messages at most from each of these archives")
	flag.StringVar(&o.out, "out", "build/look", "folder for the pictures and the page that shows them")
	flag.StringVar(&o.doc, "doc", "", "document whose table of scores is to be written anew")
	flag.StringVar(&o.only, "only", "", "look only at the fixtures whose name has this in it")
	flag.BoolVar(&o.record, "record", false, "keep what the browser made of the fixtures, and the scores as floors, for the tests")
	flag.BoolVar(&o.boxes, "boxes", false, "name the boxes that differ, and frame them in the pictures")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	if err := o.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "look:", err)
		os.Exit(1) //nolint:gocritic // what is deferred only frees
	}
}

type options struct {
	browser, fixtures, mail, out, doc, only string
	most                                    int
	record, boxes                           bool
}

func (o *options) run(ctx context.Context) error {
	all, err := look.Fixtures(o.fixtures)
	if err != nil {
		return err
	}
	more, err := look.Mail(o.mail, o.most)
	if err != nil {
		return err
	}
	if more == nil {
		fmt.Printf("%s has no mail: the fixtures alone\n", o.mail)
	}
	l := look.Look{Only: o.only, Out: o.out}
	if o.record {
		l.Record = o.fixtures
	}
	l.Boxes = o.boxes
	results, err := l.Run(ctx, o.browser, append(all, more...))
	if err != nil {
		return err
	}
	look.Sort(results)
	if err := look.WriteIndex(o.out, results); err != nil {
		return err
	}
	fmt.Print(look.Table(results))
	if o.record {
		if err := look.WriteFloors(o.fixtures, results); err != nil {
			return err
		}
	}
	if o.doc != "" {
		return look.WriteDoc(o.doc, results)
	}
	return nil
}

// Package assets holds what the programs carry with them and that is not code.
//
// The demo mail was written for this project: the letters of a club in a harbour
// town that does not exist. Every address in it is of a domain or a host that is
// reserved for examples or invented.
package assets

import (
	"embed"
	"fmt"
)

//go:embed demo/*.eml
var demo embed.FS

// DemoMessage is one message of the sample mail.
type DemoMessage struct {
	Name   string // its file name, unique; names sort in the order of arrival
	Octets []byte // the message as in its file, with LF line ends, the caller's to change
}

// Demo returns the sample mail in the order of arrival, a fresh copy at each call.
// Some of the messages are broken, odd or hostile on purpose: each must be kept,
// and shown somehow, by whatever is handed them.
func Demo() []DemoMessage {
	entries, err := demo.ReadDir("demo")
	if err != nil {
		panic(unreadable(err))
	}
	messages := make([]DemoMessage, 0, len(entries))
	for _, entry := range entries {
		octets, err := demo.ReadFile("demo/" + entry.Name())
		if err != nil {
			panic(unreadable(err))
		}
		messages = append(messages, DemoMessage{Name: entry.Name(), Octets: octets})
	}
	return messages
}

// unreadable words a fault of the build: the files are part of the program, so no
// input and no machine can make reading them fail.
func unreadable(err error) string {
	return fmt.Sprintf("assets: the program was built without its sample mail: %v", err)
}

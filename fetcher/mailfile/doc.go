// Package mailfile moves mail between files and the store: mbox in all its variants,
// Maildir, MH, single messages (.eml), trees of them and Thunderbird profiles come in;
// mbox (mboxrd), Maildir and .eml go out, with a manifest of hashes.
//
// An import reads files and changes none. It can be cancelled at any time and run again:
// what is there already is known by its identity. An export is made under another name
// and gets its own when it is complete. What was exported and is imported with its
// manifest is the same, octet for octet.
package mailfile

// Package localstore keeps mail on this disk, in one profile folder of bbolt
// files: meta.bolt (accounts, mailboxes, summaries, identities, where each body
// lies) and bodies/NNNN.bolt (the octets as they were received). format.md
// describes every bucket, key and value.
//
// A Store is the custody.Custodian of a fetch: what it has given a receipt for is
// on the disk, and stays known for ever by its account, mailbox and identity. The
// commit order is bodies, then meta, then the receipt, so that a crash between any
// two of them costs one more download and nothing else; bodies that nothing
// points to are reclaimed at the next Open.
//
// Every error a person can do something about is an *Error: a sentence, what to do
// next, and one of the sentinels below for errors.Is.
package localstore

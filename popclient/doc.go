// Package popclient is the client side of the Post Office Protocol: sessions,
// dialling and its TLS policy, typed errors, and a transcript that holds no secret.
//
// Each dialect has a package of its own below this one, with its commands under
// their own names; what they share on the line is in internal/wire. A dialect
// gives a Session. Session.Collect is the only way to make a server delete mail,
// and it needs the receipt of a store for every octet it lets go of (package
// custody).
package popclient

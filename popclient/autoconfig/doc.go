// Package autoconfig finds, from a mail address alone, the ways in which its mail may
// be reached: a bundled table of providers, the SRV records of RFC 6186, the MX records
// that give a hosted provider away, and the host names that people use.
//
// It asks the resolver and nobody else: no service of a third party learns the
// address. It connects to no server and sends nothing to any; trying the ways, the
// safest first, is its caller's work.
package autoconfig

// Package pop3 is the client side of POP3: RFC 1939, with the extensions of RFC 2449
// (CAPA, PIPELINING, RESP-CODES, EXPIRE, LOGIN-DELAY, IMPLEMENTATION), RFC 2595 and
// 8314 (TLS), RFC 3206 (SYS/ and AUTH codes), RFC 5034 (SASL) and RFC 6856 (UTF8,
// LANG).
//
// POP3 deletes at QUIT what DELE has marked. A Collect that deletes therefore ends
// its session with QUIT, and only the server's +OK to that makes the tally say
// "removed".
package pop3

// Package postoffice is the server side of RFC 918, the Post Office Protocol of
// 1984, and of its successors POP2 (RFC 937) and POP3 (RFC 1939): users collect their
// mailboxes from it, other mail programs deliver into them, and SMTP brings mail in. It
// imports no client.
//
// A Server serves any number of listeners. One session is one goroutine; the
// protocols are in packages pop1, pop2 and pop3, the mailboxes in package maildrop.
// They share users, maildrops, limits and throttle through internal/dialect. What
// follows is about POP1.
//
// # States
//
//	state        awaited              replies
//	AwaitUser    USER                 +OK -> AwaitPass; -ERR
//	AwaitPass    PASS                 +OK -> AwaitMailbox; -ERR -> AwaitUser
//	AwaitMailbox RETR, RDEL           #xxx -> AwaitReceive; -ERR
//	AwaitReceive RCEV                 the data -> AwaitReceipt; or the connection is closed
//	             RSET                 +OK -> AwaitMailbox
//	AwaitReceipt RCVD                 +OK -> AwaitMailbox; -ERR -> AwaitMailbox (RDEL, not all deleted)
//	             RSET                 +OK -> AwaitMailbox
//	any          NOOP                 +OK
//	             RSET                 +OK, outside of a transaction it does nothing
//	             QUIT                 +OK, then the connection is closed
//	             anything else        -ERR, the state stays
//
// # The gaps of RFC 918
//
// Where the RFC is silent, this server does as follows. The tests are named after the gaps.
//
//	gap                         what this server does                                          test
//	1  line ends and case       CRLF or LF ends a command, verbs in any case, replies in        TestGap01LineEndsAndCase
//	                            CRLF; with Config.Announce text follows +OK and #xxx
//	2  +OK before the data      not sent, unless Config.DataReply                              TestGap02DataReply
//	3  a character              an octet as sent; CRLF is two                                  TestGap03Octets
//	4  between messages         mboxrd from a Maildir; an mbox or file as it lies              TestGap04MessageBoundaries
//	5  zero                     #0; RCEV sends nothing, then RCVD or RSET                      TestGap05Zero
//	6  which mailbox            the argument is required; "inbox" and the user's name, in       TestGap06Mailbox
//	                            any case, are the inbox
//	7  out of order             -ERR, nothing changes; QUIT aborts a transaction               TestGap07OutOfOrder
//	8  locked mailbox           -ERR with the reason; what arrives meanwhile stays             TestGap08Locked, TestGap08Arrival
//	9  partial delete           -ERR to RCVD; the transaction is over                          TestGap09PartialDelete
//	10 idle                     closed after Config.IdleTimeout, 10 minutes; nothing deleted    TestGap10Idle
//	11 no encryption            ServeTLS: the same inside TLS from the first octet              TestGap11TLS
//	12 telling the protocols    greeting +OK; CAPA and STAT get -ERR                           TestGap12Greeting
//	   apart
//
// # Custody
//
// The count #xxx is that of a snapshot, taken while the mailbox is locked. If the
// mailbox is no longer what was counted before the run is complete, the
// connection is dropped. RCVD deletes exactly what was counted and sent, and
// only after RCEV sent all of it in this session. QUIT, RSET, a lost connection, a time
// limit and a shutdown delete nothing.
package postoffice

// Package peers runs the mail servers of others for tests: on loopback, on a
// configuration of its own below the test's folder, as the user who runs the test
// or, for root, as nobody. Nothing of the machine's own mail is touched.
//
// Each function returns nil, and says so in the test's log, where its server is not
// installed. `.ci/setup peers` brings the servers.
package peers

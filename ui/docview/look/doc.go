// Package look compares the document view with a browser. It renders a set of HTML
// messages, made for this, in headless Chromium (scripts and network off, the fonts of
// this program) and in dom, layout and raster, puts the pictures side by side and
// scores how far they agree: order of words, boxes, colours.
//
// It is a tool for those who work on the view; the program does not import it. Run it
// by make look; docs/look.md tells the method. The messages are in testdata, one file
// each, and begin with a comment on what kind of mail they are modelled on. What the
// browser made of each is beside it, so that the tests need no browser.
package look

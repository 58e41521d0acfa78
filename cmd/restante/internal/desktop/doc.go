// Package desktop is what the program has to do with the desktop that it runs on: a second
// start hands over to the window that is open, the program starts at login if asked,
// notifications of new mail open what they tell of. It knows no toolkit and no mail.
package desktop

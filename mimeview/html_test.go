package mimeview

import "testing"

func TestTextOf(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<p>one</p><p>two</p>":                                       "one\n\ntwo\n",
		"one<br>two<br/><br>three":                                   "one\ntwo\n\nthree\n",
		"a <b>b</b>c\n d&nbsp;e":                                     "a bc d e\n",
		"&amp;lt; &lt;b&gt; &uuml;":                                  "&lt; <b> ü\n",
		"<ul><li>a<li>b</ul>":                                        "• a\n• b\n",
		"<ol><li>a</li><li>b</li></ol>c":                             "1. a\n2. b\n\nc\n",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>": "a  b\nc  d\n",
		"<head><title>t</title><style>p{}</style></head><body>x<script>y()</script></body>": "x\n",
		"<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d":                        "> a\n> b\n\n> > c\n\nd\n",
		"<pre>a\n  b</pre>c":                                                            "a\n  b\n\nc\n",
		"<img alt='a  map'> <img src=x>":                                                "[a map]\n",
		"<a href='https://b.example/x'>here</a>.":                                       "here <https://b.example/x> .\n",
		"<a href='https://b.example/x'>b.example</a>":                                   "b.example\n",
		"<a href='https://www.b.example/x'>https://b.example/y</a>":                     "https://b.example/y\n",
		"<a href='https://evil.example/'>https://bank.example</a>":                      "https://bank.example <https://evil.example/>\n",
		"<a href='https://k.example/'>bank.example</a>":                                 "bank.example <https://k.example/>\n",
		"<a href='https://bank.example@evil.example/'>bank.example</a>":                 "bank.example <https://evil.example/>\n",
		"<a href='https://bаnk.example/'>the bank</a>":                                  "the bank <https://xn--bnk-6cd.example/>\n",
		"<a href='javascript:x()'>a</a> <a href='file:///etc'>b</a> <a href='#c'>c</a>": "a b c\n",
		"<a href='mailto:a@b.c?bcc=x'>write</a> <a href='mailto:a@b.c'>a@b.c</a>":       "write <a@b.c> a@b.c\n",
		"<a href='http://b.example'>no end":                                             "no end <http://b.example>\n",
		"in\u200bvis\u00adible":                                                         "invisible\n",
		"<noscript>shown</noscript> <object>too</object>":                               "shown too\n",
		"plain": "plain\n",
		"":      "\n",
	} {
		if got := TextOf(in); got != want {
			t.Errorf("TextOf(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

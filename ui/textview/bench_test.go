package textview

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	look "restante.app/ui/theme"
)

const sentence = "The clerk looked into the pigeonhole, found three letters there and one parcel slip, and said so. "

// normalText is about a megabyte of paragraphs as people write them.
func normalText() string {
	paragraph := strings.Repeat(sentence, 5) + "\n\n"
	return strings.Repeat(paragraph, 1<<20/len(paragraph))
}

// themedApp runs a test app in this project's theme.
func themedApp(t testing.TB) fyne.App {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Light))
	return a
}

func benchmarkFirstScreen(b *testing.B, text string) {
	themedApp(b)
	v := New(Options{Quotes: true, Links: true})
	v.Resize(fyne.NewSize(700, 800))
	v.SetText("warm")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		v.SetText(text)
	}
}

func benchmarkResize(b *testing.B, text string) {
	themedApp(b)
	v := New(Options{Quotes: true, Links: true})
	v.SetText(text)
	v.Resize(fyne.NewSize(700, 800))
	width := float32(700)
	b.ReportAllocs()
	for b.Loop() {
		width = 1100 - width
		v.Resize(fyne.NewSize(width, 800))
	}
}

func BenchmarkFirstScreen1MB(b *testing.B) { benchmarkFirstScreen(b, normalText()) }

func BenchmarkFirstScreen10MBLine(b *testing.B) {
	benchmarkFirstScreen(b, strings.Repeat("x", 10<<20))
}

func BenchmarkFirstScreen10MBWords(b *testing.B) {
	benchmarkFirstScreen(b, strings.Repeat(sentence, 10<<20/len(sentence)))
}

func BenchmarkResize1MB(b *testing.B) { benchmarkResize(b, normalText()) }

func BenchmarkResize10MBLine(b *testing.B) { benchmarkResize(b, strings.Repeat("x", 10<<20)) }

func BenchmarkResize50KBParagraph(b *testing.B) {
	benchmarkResize(b, strings.Repeat(sentence, 50<<10/len(sentence)))
}

// BenchmarkWrap lays out every row of a megabyte.
func BenchmarkWrap(b *testing.B) {
	text := normalText()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		d := newDocument(text, fixedWrapper(), 80)
		for i := range d.segs {
			d.layout(i)
		}
	}
}

// BenchmarkHostile shows the first screen and the last of texts that were made to
// be slow.
func BenchmarkHostile(b *testing.B) {
	const size = 1 << 20
	for name, unit := range map[string]string{
		"marks":     "\u0301",
		"unseen":    "\u200b",
		"spaces":    " ",
		"tabs":      "\t",
		"lines":     "\n",
		"controls":  "\x00",
		"broken":    "\xff",
		"rtl":       "א1",
		"arabic":    "مرحبا ",
		"brackets":  "([{",
		"links":     "http://a.b/) ",
		"schemes":   "http://",
		"emoji":     "👩\u200d🚒",
		"joiners":   "\u200d",
		"quotes":    "> ",
		"closing":   "http://a" + strings.Repeat(")", 2000),
		"isolates":  "\u2067א\u2069",
		"different": "\U00013000\U0001f0a1\u3400",
	} {
		b.Run(name, func(b *testing.B) {
			text := strings.Repeat(unit, size/len(unit))
			themedApp(b)
			v := New(Options{Quotes: true, Links: true})
			v.Resize(fyne.NewSize(700, 800))
			for b.Loop() {
				v.SetText(text)
				v.SelectAll()
				v.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
			}
		})
	}
}

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
	m := newMeter(fixedWidth)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		d := newDocument(text, m, 80)
		for i := range d.segs {
			d.layout(i)
		}
	}
}

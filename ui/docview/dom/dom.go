// Package dom is a styled document: a tree of boxes and text with every property
// computed, made from HTML (ParseHTML) or from plain text (FromText). It knows neither
// a toolkit nor mail, opens no file and no connection, and is the same tree for
// painting, for selecting, for finding and for printing.
//
// White space is collapsed, what is not displayed is not in it, generated content
// (list markers) is in it, and text-transform is applied: what a Text node says is what
// is seen. Sizes are in CSS px, which are 1/96 inch at zoom 1.
//
// Long HTML is read while it is parsed: a parser that is held up between two tokens makes
// the tree (parser), a reading follows it and takes out what it has passed, and what counts
// from the beginning but is late in the text was found by a survey of the tags.
//
// A document is made as a tree of drafts, which can be changed, and then sealed: records
// without pointers in the order of the document, beside one text. A Node leads to a record.
// The records of a long document are packed, but for those that were asked for last.
package dom

import "image/color"

// Document is a styled document. It is not changed once made; it may be read from
// several goroutines.
type Document struct {
	Root Node // display Block, no text of its own
	// Canvas is what lies behind everything (CSS 2.1 section 14.2), the zero value if
	// the document does not say.
	Canvas color.NRGBA
	Title  string
	// Sources are the images that the document would like to show, each once, in
	// order. Nothing is loaded by anyone here.
	Sources []string
	// Notices say in a sentence each what was left out: too deep, too long, too many.
	Notices []string

	flat    string
	nodes   *table
	styles  []Style
	tags    []string
	rares   []rare // the first is that of most nodes
	links   []linkAt
	images  []imageAt
	wide    []columnsAt
	columns []Length
	names   strip // of links and images
	anchors map[string]int32
}

// Kind of a node.
type Kind uint8

// Kinds.
const (
	Box     Kind = iota // has Children
	Text                // has Text
	Picture             // has Image: replaced content (CSS 2.1 section 10.3.2)
	Break               // br
)

// Link is where a text leads. Href is absolute, of scheme http, https or mailto, or
// a fragment of this document ("#name"); what leads elsewhere is no link.
type Link struct {
	Href  string
	Title string
}

// Image is a picture's source. Src is "cid:…", "data:image/…", "http(s)://…" or a name
// relative to the message; whether and how it is loaded is the caller's affair.
type Image struct {
	Src string
	Alt string
}

// Length is a CSS length.
type Length struct {
	Value float32
	Unit  Unit
}

// Unit of a Length.
type Unit uint8

// Units. The zero Length is auto.
const (
	Auto Unit = iota // also none (max-width) and normal
	Px
	Percent // of the containing block, 100 is all of it
)

// Sides of a box, in CSS order, as indices.
const (
	Top = iota
	Right
	Bottom
	Left
)

// Style holds the computed values (CSS 2.1 section 6.1.2).
type Style struct {
	Display                                  Display
	Float                                    Float
	Clear                                    Float // FloatLeft, FloatRight or both (FloatBoth)
	Width, Height                            Length
	MinWidth, MaxWidth, MinHeight, MaxHeight Length
	BorderBox                                bool // box-sizing: border-box
	Margin                                   [4]Length
	Padding                                  [4]Length // never Auto
	Border                                   [4]Border
	Radius                                   [4]float32 // top-left, top-right, bottom-right, bottom-left
	Background                               color.NRGBA
	Backdrop                                 *Backdrop  // background-image, nil if none
	Collapse                                 bool       // border-collapse, of tables and their cells
	Spacing                                  [2]float32 // border-spacing: across, down
	FixedTable                               bool       // table-layout: fixed
	CaptionBottom                            bool
	Clip                                     bool // overflow is not visible
	Contain                                  bool // nothing in it reaches above or below it: a body among others (Join)

	Color                       color.NRGBA
	Family                      Family
	Size                        float32 // font-size in px, more than 0
	Weight                      int     // 100 to 900
	Italic                      bool
	LineHeight                  float32 // in px, 0 is normal
	LetterSpace                 float32
	WordSpace                   float32
	Align                       Align
	VAlign                      VAlign
	VShift                      float32 // of VAlign Shift, px upwards
	Underline, Strike, Overline bool
	Indent                      Length // text-indent
	Space                       Space
	BreakWord                   bool    // overflow-wrap or word-break allow a break within a word where there is no other way
	BreakAll                    bool    // word-break: break-all
	RTL                         bool    // direction
	Bidi                        Bidi    // unicode-bidi
	Invisible                   bool    // visibility: hidden; boxes and pictures take room, text is left out
	Opacity                     float32 // 0 to 1, multiplied down already; 1 is usual
	MarkerInside                bool
	NoStrut                     bool // a line is as high as what is on it, whatever the block's own font: the line height quirk
}

// Border of one side. One without a style has the width 0.
type Border struct {
	Width float32
	Style BorderStyle
	Color color.NRGBA
}

// BorderStyle of a border. Those that are not here are drawn solid.
type BorderStyle uint8

// Border styles.
const (
	Solid BorderStyle = iota
	Dashed
	Dotted
	Double
)

// Backdrop is a background image.
type Backdrop struct {
	Src              string
	RepeatX, RepeatY bool
	X, Y             Length // position; Percent as in CSS 2.1 section 14.2.1
	Cover, Contain   bool
	Width, Height    Length // background-size, Auto is the image's own
}

// Display of a box.
type Display uint8

// Displays. What is display: none is not in the tree; flex and grid come as Block
// with children that are Blocks or, in a row, InlineBlocks.
const (
	Block Display = iota
	Inline
	InlineBlock
	ListItem
	Table
	InlineTable
	RowGroup // tbody, thead, tfoot; in the order in which they are seen: head first, foot last
	Row
	Cell
	Caption
)

// Float of a box.
type Float uint8

// Floats.
const (
	FloatNone Float = iota
	FloatLeft
	FloatRight
	FloatBoth // clear only
)

// Family of fonts, the generic one that the names asked for come down to.
type Family uint8

// Families.
const (
	Sans Family = iota
	Serif
	Mono
)

// Align of the lines in a block, resolved: start and end are left or right by now.
type Align uint8

// Alignments. Start follows the direction.
const (
	Start Align = iota
	AlignLeft
	AlignRight
	AlignCenter
	AlignJustify
	// BlockLeft, BlockRight and BlockCenter are those of the align attribute and of
	// center, which place blocks too.
	BlockLeft
	BlockRight
	BlockCenter
)

// VAlign of an inline box or of a cell.
type VAlign uint8

// Vertical alignments. Of a cell, TextTop, TextBottom, Sub, Super and Shift are Baseline.
const (
	Baseline VAlign = iota
	VTop
	VMiddle
	VBottom
	TextTop
	TextBottom
	Sub
	Super
	Shift
)

// Space is white-space.
type Space uint8

// White-space values.
const (
	Normal Space = iota
	NoWrap
	Pre
	PreWrap
	PreLine
)

// Bidi is unicode-bidi.
type Bidi uint8

// Bidi values.
const (
	BidiNormal Bidi = iota
	Embed
	Override
	Isolate
	PlainText
)

// Flat returns what the document says as one text: what is copied, and what is sought
// in. Blocks are on lines of their own, with an empty line where there is a margin
// between them, cells of a row have a tab between them, an image says its alternative
// text. Node.Start and Node.End lead into it.
func (d *Document) Flat() string { return d.flat }

package search

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// value makes a node of an operator and its value.
func (p *parser) value(o *operator, at int, x lexeme) (node, error) {
	lower := strings.ToLower(strings.TrimSpace(x.text))
	if o.values != nil && !slices.Contains(o.values, lower) {
		return nil, &QueryError{at, fmt.Sprintf("%s:%s means nothing.", o.name, x.text), fmt.Sprintf("Write %s.", example(o))}
	}
	switch o.name {
	case "has":
		return &kindNode{}, nil
	case "before", "after":
		day, err := parseDay(lower, p.o.Now)
		if err != nil {
			return nil, &QueryError{at, fmt.Sprintf("%q is no date.", x.text), "Write a day, month or year as 2024-05-31, 2024-05 or 2024, or today, yesterday, or an age such as 7d, 2w, 3m or 1y."}
		}
		if o.name == "before" {
			return &dateNode{math.MinInt64, day.Unix()}, nil
		}
		return &dateNode{day.Unix(), math.MaxInt64}, nil
	case "larger", "smaller":
		n, err := parseSize(lower)
		if err != nil {
			return nil, &QueryError{at, fmt.Sprintf("%q is no size.", x.text), "Write octets as a number, with k, M or G behind it: 100k, 5M."}
		}
		if o.name == "larger" {
			return &sizeNode{n, math.MaxInt64}, nil
		}
		return &sizeNode{math.MinInt64, n}, nil
	}
	if o.name == "is" && lower == "unread" {
		return &notNode{&flagNode{"is", "read", at}}, nil
	}
	return &flagNode{o.name, lower, at}, nil
}

// parseDay returns the start of a day, month or year, or of the day so long ago.
func parseDay(s string, now time.Time) (time.Time, error) {
	year, month, day := now.Date()
	switch s {
	case "today":
		return time.Date(year, month, day, 0, 0, 0, 0, now.Location()), nil
	case "yesterday":
		return time.Date(year, month, day-1, 0, 0, 0, 0, now.Location()), nil
	}
	s = strings.NewReplacer("/", "-", ".", "-").Replace(s)
	for _, form := range []string{"2006-1-2", "2006-1", "2006"} {
		if t, err := time.ParseInLocation(form, s, now.Location()); err == nil {
			return t, nil
		}
	}
	if len(s) < 2 {
		return time.Time{}, strconv.ErrSyntax
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n < 0 || n > 100_000 {
		return time.Time{}, strconv.ErrSyntax
	}
	switch s[len(s)-1] {
	case 'd':
		day -= n
	case 'w':
		day -= 7 * n
	case 'm':
		month -= time.Month(n)
	case 'y':
		year -= n
	default:
		return time.Time{}, strconv.ErrSyntax
	}
	return time.Date(year, month, day, 0, 0, 0, 0, now.Location()), nil
}

// parseSize reads octets: a number, with a unit of thousands, millions or billions.
func parseSize(s string) (int64, error) {
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	unit := 1.0
	base := 1000.0
	switch strings.TrimSuffix(s[len(digits):], "b") {
	case "":
	case "k":
		unit = base
	case "m":
		unit = base * base
	case "g":
		unit = base * base * base
	default:
		return 0, strconv.ErrSyntax
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !(n >= 0) || n*unit > 1e15 {
		return 0, strconv.ErrSyntax
	}
	return int64(n * unit), nil
}

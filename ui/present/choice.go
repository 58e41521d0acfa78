package present

// Choice is a list of values with what a person reads for each. The first is the
// default.
type Choice[T comparable] []struct {
	Value T
	Label string
}

// Labels returns what to show, in order.
func (c Choice[T]) Labels() []string {
	out := make([]string, len(c))
	for i, o := range c {
		out[i] = o.Label
	}
	return out
}

// Label returns what to show for a value; for an unknown one that of the default.
func (c Choice[T]) Label(v T) string {
	for _, o := range c {
		if o.Value == v {
			return o.Label
		}
	}
	return c[0].Label
}

// Value returns what a label stands for; for an unknown one the default.
func (c Choice[T]) Value(label string) T {
	for _, o := range c {
		if o.Label == label {
			return o.Value
		}
	}
	return c[0].Value
}

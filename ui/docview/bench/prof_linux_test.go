package bench
import ("testing";"runtime";"runtime/pprof";"os";"fmt";"time")
func TestProf(t *testing.T) {
	v := newView(t)
	s := newsletters(t, *octets/2)
	if os.Getenv("KIND")=="text" { s = letters(*octets) }
	if os.Getenv("KIND")=="html" { s = prose(*octets) }
	d := ofHTML(s)
	if os.Getenv("KIND")=="text" { d = ofText(s) }
	v.Show(d, nil, look, false)
	n := 0
	for y := float32(0); ; y += 20_000 {
		v.ScrollTo(0, y)
		for {
			st := time.Now(); var u0, u1 runtime.MemStats; _ = u0; _ = u1
			ready, more := v.Work(0)
			n++
			if e := time.Since(st); e > 20*time.Millisecond { fmt.Println("step", n, e, v.Place().Height, y) }
			if ready && !more { break }
		}
		v.Paint()
		if p := v.Place(); p.Exact && p.Y+701 > p.Height { break }
	}
	fmt.Println(len(s), "steps", n, held()/float64(len(s)))
	f, _ := os.Create("/tmp/docmem/heap.prof")
	runtime.GC()
	pprof.WriteHeapProfile(f); f.Close()
	runtime.KeepAlive(v)
}

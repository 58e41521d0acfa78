package fetcher

import (
	"context"

	"restante.app/localstore"
)

// Repair looks at the whole profile in dir, which nobody may have open, and makes anew what
// is wrong in it: see localstore.Repair. It is what to do where Open fails with
// localstore.ErrDamaged, and where a check has found problems.
func Repair(ctx context.Context, dir string, o Options, progress func(done, total int64)) (localstore.Repaired, error) {
	return localstore.Repair(ctx, dir, localstore.Options{Summarize: summarize, Text: searchText, IndexLazily: true, Log: o.Log}, progress)
}

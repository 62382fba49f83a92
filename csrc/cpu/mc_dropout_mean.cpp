// CPU mc_dropout_mean: for each tile of x, draws and counts the masks of all passes, brings the
// counts into memory order and applies them once.
#include "frontiers/mc_dropout_mean.hpp"

#include "dropout_tiles.hpp"
#include "pass_counts.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

// Counts the bits that draw(pass, to) writes, over `samples` passes.
template <class Draw>
void count_passes(PassCounts& counts, const Isa& table, i64 words, i64 samples,
                  const KeepRule& rule, const Draw& draw) {
    counts.begin(words, samples);
    for (i64 t = 0; t < samples; ++t) {
        KeepRule pass = rule;
        pass.sample += static_cast<u32>(t);
        draw(pass, counts.next());
        counts.take(table);
    }
    counts.finish(table);
}

}  // namespace

void mc_dropout_mean(const void* x, void* out, DType dtype, const Layout& layout,
                     Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                     int threads) {
    const Isa& table = isa();
    const DropoutTiles tiles(layout, granularity, first_element, samples, threads);
    const i64 width = size_of(dtype);
    const double scale = inverse_keep(rule.threshold), passes = static_cast<double>(samples);
    PassCounts rows;
    if (tiles.by_rows() && tiles.size() > 0) {
        count_passes(rows, table, tiles.row_words(), samples, rule,
                     [&](const KeepRule& pass, u32* to) { tiles.draw_rows(table, pass, to); });
    }
    parallel_for(tiles.size(), threads, [&](i64 index) {
        thread_local PassCounts tile_counts;
        thread_local std::vector<u32> ordered[32];
        if (!tiles.by_rows()) {
            count_passes(
                tile_counts, table, tiles.drawn_words(index), samples, rule,
                [&](const KeepRule& pass, u32* to) { tiles.draw(index, table, pass, to); });
        }
        PassCounts& counts = tiles.by_rows() ? rows : tile_counts;
        const u32* planes[32];
        for (int k = 0; k < counts.digits(); ++k) {
            planes[k] = tiles.in_memory_order(index, counts.plane(k), ordered[k]);
        }
        const Tile tile = tiles.tile(index);
        table.apply_counts(static_cast<const u8*>(x) + tile.first * width,
                           static_cast<u8*>(out) + tile.first * width, dtype, planes,
                           counts.digits(), tile.count, scale, passes);
    });
}

}  // namespace frontiers::cpu

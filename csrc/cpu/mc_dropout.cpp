// CPU mc_dropout: the outer loop is over tiles of x and the inner one over passes, so that x is
// read from memory once.
#include "frontiers/mc_dropout.hpp"

#include "dropout_tiles.hpp"
#include "streaming_stores.hpp"
#include "threads.hpp"

namespace frontiers::cpu {

void dropout_passes(const void* x, void* out, DType dtype, const Layout& layout,
                    Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                    int threads) {
    const Isa& table = isa();
    const DropoutTiles tiles(layout, granularity, first_element, samples, threads);
    const i64 width = size_of(dtype), total = element_count(layout);
    const bool stream = bypasses_caches(x, out, samples * total * width);
    const bool passes_aligned = total * width % 64 == 0;  // every pass is aligned like the first
    const double scale = inverse_keep(rule.threshold);
    // With few tiles and many passes, passes are split among tasks too.
    const i64 wanted = 16 * static_cast<i64>(threads);
    const i64 parts = tiles.size() >= wanted || tiles.size() == 0
                          ? 1
                          : (wanted / tiles.size() < samples ? wanted / tiles.size() : samples);
    std::vector<std::vector<u32>> rows(static_cast<std::size_t>(samples));
    for (i64 t = 0; tiles.by_rows() && t < samples; ++t) {
        KeepRule pass = rule;
        pass.sample += static_cast<u32>(t);
        std::vector<u32>& drawn = rows[static_cast<std::size_t>(t)];
        drawn.resize(static_cast<std::size_t>(tiles.row_words()));
        tiles.draw_rows(table, pass, drawn.data());
    }
    parallel_for(tiles.size() * parts, threads, [&](i64 task) {
        thread_local std::vector<u32> bits, scratch;
        const i64 part = task / tiles.size(), index = task % tiles.size();
        const Tile tile = tiles.tile(index);
        const u8* from = static_cast<const u8*>(x) + tile.first * width;
        const i64 begin = samples * part / parts, end = samples * (part + 1) / parts;
        i64 count = 1;
        for (i64 t = begin; t < end; t += count) {
            KeepRule pass = rule;
            pass.sample += static_cast<u32>(t);
            u8* to = static_cast<u8*>(out) + (t * total + tile.first) * width;
            const bool bypass = stream && aligned(to);
            if (tiles.in_mask_order()) {
                // All passes at once if streaming stores can be used for all or for none.
                if (!stream || passes_aligned) count = end - begin;
                table.drop_elements(from, to, dtype,
                                    {tile.count, tiles.first_block(tile), count, total}, pass,
                                    scale, bypass);
                continue;
            }
            const u32* drawn = rows[static_cast<std::size_t>(t)].data();
            if (!tiles.by_rows()) {
                scratch.resize(static_cast<std::size_t>(tiles.drawn_words(index)));
                tiles.draw(index, table, pass, scratch.data());
                drawn = scratch.data();
            }
            table.apply_bits(from, to, dtype, tiles.in_memory_order(index, drawn, bits), tile.count,
                             scale, bypass);
        }
    });
}

void mc_dropout(const void* x, void* out, DType dtype, const Layout& layout,
                Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                int threads) {
    dropout_passes(x, out, dtype, layout, granularity, samples, first_element, rule, threads);
}

}  // namespace frontiers::cpu

// render_adjoint with CUDA, without atomic sums: every pixel joins the list of the texel at its
// footprint's upper left corner; the lists are sorted by pixel; then each texel walks the four
// lists whose footprints may reach it, in the order of pixels, so that it adds what the CPU adds in
// the CPU's order.
#include "raster.hpp"

namespace frontiers::cuda {
namespace {

constexpr i64 nobody = -1;

struct TexelLists {
    TexturePlace* places;  // of each pixel
    i64* next;             // of each pixel: the next one in its list
    i64* first;            // of each texel

    static TexelLists in(WorkspacePieces& pieces, const View& view, const TextureSize& size) {
        const i64 pixels = view.count * view.height * view.width;
        return {pieces.take<TexturePlace>(pixels), pieces.take<i64>(pixels),
                pieces.take<i64>(size.height * size.width)};
    }
};

struct JoinBody {
    Sight sight;
    TextureSize size;
    TexelLists lists;

    FRONTIERS_DEVICE void operator()(i64 pixel) const {
        const TexturePlace place = sight.at(pixel, size);
        lists.places[pixel] = place;
        if (!place.covered) return;
        const i64 texel = static_cast<i32>(place.y) * size.width + static_cast<i32>(place.x);
        lists.next[pixel] = atomic_exchange(lists.first + texel, pixel);
    }
};

// A merge sort from the bottom up: runs of 1, 2, 4, ... pixels are merged two by two.
struct SortBody {
    TexelLists lists;

    FRONTIERS_DEVICE void operator()(i64 texel) const {
        i64 list = lists.first[texel], merges = 2;
        for (i64 run = 1; merges > 1; run *= 2) list = merge_runs(list, run, merges);
        lists.first[texel] = list;
    }

    FRONTIERS_DEVICE i64 merge_runs(i64 list, i64 run, i64& merges) const {
        i64* next = lists.next;
        i64 first = nobody, last = nobody;
        merges = 0;
        for (i64 rest = list; rest != nobody; ++merges) {
            i64 a = rest, b = rest, left_of_a = 0, left_of_b = run;
            for (; left_of_a < run && b != nobody; ++left_of_a) b = next[b];
            while (left_of_a > 0 || (left_of_b > 0 && b != nobody)) {
                const bool b_is_over = left_of_b == 0 || b == nobody;
                i64 taken;
                if (left_of_a > 0 && (b_is_over || a < b)) {
                    taken = a;
                    a = next[a];
                    --left_of_a;
                } else {
                    taken = b;
                    b = next[b];
                    --left_of_b;
                }
                if (last == nobody) {
                    first = taken;
                } else {
                    next[last] = taken;
                }
                last = taken;
            }
            rest = b;
        }
        if (last != nobody) next[last] = nobody;
        return first;
    }
};

template <class T>
struct GatherBody {
    using C = ComputeOf<T>;
    static constexpr int together = 4;  // channels
    TexelLists lists;
    TextureSize size;
    i64 plane;  // pixels of an image
    const T* gradient;
    T* texture;

    FRONTIERS_DEVICE void operator()(i64 texel) const {
        const i64 row = texel / size.width, column = texel % size.width;
        for (i64 channel = 0; channel < size.channels; channel += together) {
            C sums[together] = {};
            walk(row, column, channel, sums);
            for (int k = 0; k < together && channel + k < size.channels; ++k) {
                texture[(channel + k) * size.height * size.width + texel] =
                    Scalar<T>::store(sums[k]);
            }
        }
    }

    FRONTIERS_DEVICE void walk(i64 row, i64 column, i64 channel, C (&sums)[together]) const {
        i64 heads[4];
        for (int k = 0; k < 4; ++k) {
            const i64 i = row - k / 2, j = column - k % 2;
            heads[k] = i >= 0 && j >= 0 ? lists.first[i * size.width + j] : nobody;
        }
        for (;;) {
            int earliest = nobody;
            for (int k = 0; k < 4; ++k) {
                if (heads[k] == nobody) continue;
                if (earliest == nobody || heads[k] < heads[earliest]) earliest = k;
            }
            if (earliest == nobody) return;
            const i64 pixel = heads[earliest];
            heads[earliest] = lists.next[pixel];
            add(pixel, row, column, channel, sums);
        }
    }

    FRONTIERS_DEVICE void add(i64 pixel, i64 row, i64 column, i64 channel,
                              C (&sums)[together]) const {
        const TexturePlace place = lists.places[pixel];
        const Footprint<C> at = footprint<C>(place.x, place.y, place.shade, size);
        const T* own = gradient + (pixel / plane * size.channels + channel) * plane + pixel % plane;
        C g[together] = {};
        for (int k = 0; k < together && channel + k < size.channels; ++k) {
            g[k] = Scalar<T>::load(own[k * plane]);
        }
        for (int i = 0; i < 2; ++i) {
            for (int j = 0; j < 2; ++j) {
                if (at.row[i] != row || at.column[j] != column) continue;
                for (int k = 0; k < together; ++k) sums[k] += at.weight[i][j] * g[k];
            }
        }
    }
};

void adjoint_of(const char* kernel, const Sight& sight, const TexelLists& lists,
                const void* gradient, DType dtype, const TextureSize& size, void* texture,
                Stream stream) {
    const i64 texels = size.height * size.width;
    const i64 plane = sight.view.height * sight.view.width;
    for_each(kernel, texels, FillBody<i64>{lists.first, nobody}, stream);
    for_each(kernel, sight.view.count * plane, JoinBody{sight, size, lists}, stream);
    for_each(kernel, texels, SortBody{lists}, stream);
    with_scalar(dtype, [&]<class T>(T) {
        const GatherBody<T> body{lists, size, plane, static_cast<const T*>(gradient),
                                 static_cast<T*>(texture)};
        for_each(kernel, texels, body, stream);
    });
}

}  // namespace

i64 look_up_adjoint_workspace(const View& view, const TextureSize& size) {
    WorkspacePieces pieces(nullptr);
    TexelLists::in(pieces, view, size);
    return pieces.bytes();
}

i64 render_adjoint_workspace(const View& view, const TextureSize& size) {
    WorkspacePieces pieces(nullptr);
    PixelKeys::in(pieces, view);
    TexelLists::in(pieces, view, size);
    return pieces.bytes();
}

void render_adjoint(const View& view, const void* gradient, DType dtype, const TextureSize& size,
                    void* texture, void* workspace, Stream stream) {
    WorkspacePieces pieces(workspace);
    const Sight sight{view, PixelKeys::in(pieces, view), {}};
    const TexelLists lists = TexelLists::in(pieces, view, size);
    claim_pixels("render_adjoint", view, sight.pixels, stream);
    adjoint_of("render_adjoint", sight, lists, gradient, dtype, size, texture, stream);
}

void look_up_adjoint(const View& view, const Fragments& fragments, const void* gradient,
                     DType dtype, const TextureSize& size, void* texture, void* workspace,
                     Stream stream) {
    WorkspacePieces pieces(workspace);
    const Sight sight{view, {}, fragments};
    const TexelLists lists = TexelLists::in(pieces, view, size);
    adjoint_of("look_up_adjoint", sight, lists, gradient, dtype, size, texture, stream);
}

}  // namespace frontiers::cuda

// CUDA render_adjoint without atomic sums. Every pixel is appended to the list of the texel at the
// upper left corner of its footprint, and the lists are sorted by pixel. Each texel then merges the
// four lists whose footprints can reach it, so it adds the same numbers in the same order as the
// CPU.
#include "raster.hpp"

namespace frontiers::cuda {
namespace {

constexpr i64 end_of_list = -1;

struct TexelLists {
    TextureSample* samples;  // per pixel
    i64* next;               // per pixel: the next one in its list, or end_of_list
    i64* first;              // per texel: the head of its list

    static TexelLists in(WorkspacePieces& pieces, const View& view, const TextureSize& size) {
        const i64 pixels = view.count * view.height * view.width;
        return {pieces.take<TextureSample>(pixels), pieces.take<i64>(pixels),
                pieces.take<i64>(size.height * size.width)};
    }
};

struct BuildListsBody {
    PixelSource source;
    TextureSize size;
    TexelLists lists;

    FRONTIERS_DEVICE void operator()(i64 pixel) const {
        const TextureSample sample = source.at(pixel, size);
        lists.samples[pixel] = sample;
        if (!sample.covered) return;
        const i64 texel = static_cast<i32>(sample.y) * size.width + static_cast<i32>(sample.x);
        lists.next[pixel] = atomic_exchange(lists.first + texel, pixel);
    }
};

// Bottom-up merge sort of a linked list: merges runs of 1, 2, 4, ... pixels in pairs.
struct SortBody {
    TexelLists lists;

    FRONTIERS_DEVICE void operator()(i64 texel) const {
        i64 list = lists.first[texel], merges = 2;
        for (i64 run = 1; merges > 1; run *= 2) list = merge_runs(list, run, merges);
        lists.first[texel] = list;
    }

    FRONTIERS_DEVICE i64 merge_runs(i64 list, i64 run, i64& merges) const {
        i64* next = lists.next;
        i64 first = end_of_list, last = end_of_list;
        merges = 0;
        for (i64 rest = list; rest != end_of_list; ++merges) {
            i64 a = rest, b = rest, left_of_a = 0, left_of_b = run;
            for (; left_of_a < run && b != end_of_list; ++left_of_a) b = next[b];
            while (left_of_a > 0 || (left_of_b > 0 && b != end_of_list)) {
                const bool b_empty = left_of_b == 0 || b == end_of_list;
                i64 smaller;
                if (left_of_a > 0 && (b_empty || a < b)) {
                    smaller = a;
                    a = next[a];
                    --left_of_a;
                } else {
                    smaller = b;
                    b = next[b];
                    --left_of_b;
                }
                if (last == end_of_list) {
                    first = smaller;
                } else {
                    next[last] = smaller;
                }
                last = smaller;
            }
            rest = b;
        }
        if (last != end_of_list) next[last] = end_of_list;
        return first;
    }
};

template <class T>
struct SumTexelsBody {
    using C = ComputeOf<T>;
    static constexpr int channels_at_once = 4;
    TexelLists lists;
    TextureSize size;
    i64 plane;  // pixels per image
    const T* gradient;
    T* texture;

    FRONTIERS_DEVICE void operator()(i64 texel) const {
        const i64 row = texel / size.width, column = texel % size.width;
        for (i64 channel = 0; channel < size.channels; channel += channels_at_once) {
            C sums[channels_at_once] = {};
            walk(row, column, channel, sums);
            for (int k = 0; k < channels_at_once && channel + k < size.channels; ++k) {
                texture[(channel + k) * size.height * size.width + texel] =
                    Scalar<T>::store(sums[k]);
            }
        }
    }

    FRONTIERS_DEVICE void walk(i64 row, i64 column, i64 channel,
                               C (&sums)[channels_at_once]) const {
        i64 heads[4];
        for (int k = 0; k < 4; ++k) {
            const i64 i = row - k / 2, j = column - k % 2;
            heads[k] = i >= 0 && j >= 0 ? lists.first[i * size.width + j] : end_of_list;
        }
        for (;;) {
            int smallest = end_of_list;
            for (int k = 0; k < 4; ++k) {
                if (heads[k] == end_of_list) continue;
                if (smallest == end_of_list || heads[k] < heads[smallest]) smallest = k;
            }
            if (smallest == end_of_list) return;
            const i64 pixel = heads[smallest];
            heads[smallest] = lists.next[pixel];
            add(pixel, row, column, channel, sums);
        }
    }

    FRONTIERS_DEVICE void add(i64 pixel, i64 row, i64 column, i64 channel,
                              C (&sums)[channels_at_once]) const {
        const TextureSample sample = lists.samples[pixel];
        const Footprint<C> at = footprint<C>(sample.x, sample.y, sample.shade, size);
        const T* pixel_gradient =
            gradient + (pixel / plane * size.channels + channel) * plane + pixel % plane;
        C g[channels_at_once] = {};
        for (int k = 0; k < channels_at_once && channel + k < size.channels; ++k) {
            g[k] = Scalar<T>::load(pixel_gradient[k * plane]);
        }
        for (int i = 0; i < 2; ++i) {
            for (int j = 0; j < 2; ++j) {
                if (at.row[i] != row || at.column[j] != column) continue;
                for (int k = 0; k < channels_at_once; ++k) sums[k] += at.weight[i][j] * g[k];
            }
        }
    }
};

void adjoint_of(const char* kernel, const PixelSource& source, const TexelLists& lists,
                const void* gradient, DType dtype, const TextureSize& size, void* texture,
                Stream stream) {
    const i64 texels = size.height * size.width;
    const i64 plane = source.view.height * source.view.width;
    for_each(kernel, texels, FillBody<i64>{lists.first, end_of_list}, stream);
    for_each(kernel, source.view.count * plane, BuildListsBody{source, size, lists}, stream);
    for_each(kernel, texels, SortBody{lists}, stream);
    with_scalar(dtype, [&]<class T>(T) {
        const SumTexelsBody<T> body{lists, size, plane, static_cast<const T*>(gradient),
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
    const PixelSource source{view, PixelKeys::in(pieces, view), {}};
    const TexelLists lists = TexelLists::in(pieces, view, size);
    draw_faces("render_adjoint", view, source.pixels, stream);
    adjoint_of("render_adjoint", source, lists, gradient, dtype, size, texture, stream);
}

void look_up_adjoint(const View& view, const Fragments& fragments, const void* gradient,
                     DType dtype, const TextureSize& size, void* texture, void* workspace,
                     Stream stream) {
    WorkspacePieces pieces(workspace);
    const PixelSource source{view, {}, fragments};
    const TexelLists lists = TexelLists::in(pieces, view, size);
    adjoint_of("look_up_adjoint", source, lists, gradient, dtype, size, texture, stream);
}

}  // namespace frontiers::cuda

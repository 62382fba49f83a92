// CPU transform: one task per image; for few images, one per range of passes.
#include "frontiers/transform.hpp"

#include <memory>
#include <stdexcept>
#include <string>

#include "isa.hpp"
#include "threads.hpp"
#include "transform_workspace.hpp"
#include "workspaces.hpp"

namespace frontiers::cpu {
namespace {

// Minimum number of tasks, if there are that many passes. Independent of the number of threads
// because the split determines the order of the adjoint's sums.
constexpr i64 min_tasks = 16;
// Memory limit for the adjoint's partial sums.
constexpr i64 partial_bytes = 256 << 20;

i64 ranges_of(const TransformCall& call, i64 limit) {
    const i64 wanted = (min_tasks + call.images - 1) / call.images;
    const i64 at_least = wanted < call.passes ? wanted : call.passes;
    const i64 ranges = at_least < limit ? at_least : limit;
    return ranges < 1 ? 1 : ranges;
}

struct Range {
    i64 image, number, first, last;
};

Range range_of(const TransformCall& call, i64 task, i64 ranges) {
    const i64 number = task % ranges;
    return {task / ranges, number, call.passes * number / ranges,
            call.passes * (number + 1) / ranges};
}

i64 max_radius(const TransformCall& call) {
    const i64 rows = call.per_image ? call.passes * call.images : call.passes;
    double largest = 0.0;
    for (i64 i = 0; i < rows; ++i) {
        const double row_blur = blur(row_at(call, i));
        if (!(row_blur >= 0.0 && row_blur <= max_blur)) {
            throw std::invalid_argument("blur must be from 0 to 256 pixels, got " +
                                        std::to_string(row_blur));
        }
        largest = row_blur > largest ? row_blur : largest;
    }
    return blur_radius(largest);
}

i64 compute_size(DType dtype) { return dtype == DType::float64 ? 8 : 4; }

i64 workspace_bytes(const TransformCall& call, i64 radius) {
    return call.dtype == DType::float64 ? workspace_in<double>(nullptr, call, radius).bytes
                                        : workspace_in<float>(nullptr, call, radius).bytes;
}

// Calls work(range, radius, memory) for every range of passes of every image.
template <class Work>
void for_each_range(const TransformCall& call, i64 ranges, int threads, const Work& work) {
    const i64 radius = max_radius(call), tasks = call.images * ranges;
    Workspaces workspaces(threads < tasks ? threads : tasks, workspace_bytes(call, radius));
    parallel_for(tasks, threads, [&](i64 task) {
        workspaces.with_one(
            [&](void* memory) { work(range_of(call, task, ranges), radius, memory); });
    });
}

template <class T>
void add_partials(const ComputeOf<T>* partials, i64 size, i64 ranges, i64 image, T* to) {
    const ComputeOf<T>* parts = partials + image * ranges * size;
    for (i64 i = 0; i < size; ++i) {
        ComputeOf<T> sum = parts[i];
        for (i64 range = 1; range < ranges; ++range) sum += parts[range * size + i];
        to[image * size + i] = Scalar<T>::store(sum);
    }
}

void add_partials(const void* partials, const TransformCall& call, i64 size, i64 ranges, i64 image,
                  void* to) {
    const auto* singles = static_cast<const float*>(partials);
    switch (call.dtype) {
        case DType::float32:
            return add_partials(singles, size, ranges, image, static_cast<float*>(to));
        case DType::float64:
            return add_partials(static_cast<const double*>(partials), size, ranges, image,
                                static_cast<double*>(to));
        case DType::float16:
            return add_partials(singles, size, ranges, image, static_cast<Half*>(to));
        case DType::bfloat16:
            return add_partials(singles, size, ranges, image, static_cast<BFloat16*>(to));
    }
}

}  // namespace

void transform(const void* images, void* out, const TransformCall& call, int threads) {
    if (image_elements(call) == 0) return;
    const Isa& table = isa();
    for_each_range(call, ranges_of(call, call.passes), threads,
                   [&](const Range& range, i64 radius, void* memory) {
                       table.transform(call, images, out, range.image, range.first, range.last,
                                       radius, memory);
                   });
}

void transform_adjoint(const void* gradient, const void* clipped, void* to_images,
                       const TransformCall& call, int threads) {
    const i64 size = call.channels * call.height * call.width;
    if (image_elements(call) == 0) return;
    const Isa& table = isa();
    const i64 bytes = size * compute_size(call.dtype);
    const i64 ranges = ranges_of(call, partial_bytes / (call.images * bytes));
    const bool partial = ranges > 1;
    const i64 partial_size = partial ? call.images * ranges * bytes : 0;
    const std::unique_ptr<u8[]> partials(new u8[static_cast<std::size_t>(partial_size)]);
    const i64 step = partial ? bytes : size * size_of(call.dtype);
    u8* sums = partial ? partials.get() : static_cast<u8*>(to_images);
    for_each_range(call, ranges, threads, [&](const Range& range, i64 radius, void* memory) {
        u8* to = sums + (range.image * ranges + range.number) * step;
        table.transform_adjoint(call, gradient, clipped, to, partial, range.image, range.first,
                                range.last, radius, memory);
    });
    if (!partial) return;
    parallel_for(call.images, threads, [&](i64 image) {
        add_partials(partials.get(), call, size, ranges, image, to_images);
    });
}

}  // namespace frontiers::cpu

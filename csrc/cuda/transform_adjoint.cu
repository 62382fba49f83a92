// CUDA adjoint of transform, without races: each thread sums the gradient of one input pixel over
// the output pixels that read it, pass by pass. These lie in a box around the pixel's image under
// the inverse map, which is the same for all channels. With a blur, two launches before it carry
// the gradient back through colour map and blur into the second half of the caller's scratch
// memory.
#include <cmath>

#include "launch.hpp"
#include "transform_index.hpp"

namespace frontiers::cuda {
namespace {

// Carries the gradient back through clip and colour map, for one pixel of one channel.
template <class T>
struct ColourAdjoint {
    using C = ComputeOf<T>;
    TransformCall call;
    const T* gradient;
    const T* clipped;

    FRONTIERS_DEVICE C operator()(const TransformRow& row, i64 pass, i64 image, i64 channel, i64 y,
                                  i64 x) const {
        const C low = as_stored<T>(call.low), high = as_stored<T>(call.high);
        C sum = C(0);
        for (i64 to = 0; to < call.channels; ++to) {
            const C factor = static_cast<C>(colour(row, to, channel));
            if (factor == C(0)) continue;
            const i64 at = plane_offset(call, pass, image, to) + y * call.width + x;
            const C upstream = Scalar<T>::load(gradient[at]);
            if (clipped == nullptr) {
                sum += factor * upstream;
            } else {
                const C value = Scalar<T>::load(clipped[at]);
                sum += factor * (low < value && value < high ? upstream : C(0));
            }
        }
        return sum;
    }
};

// One element of a line's adjoint blur: contributions within the radius and, at the line's ends,
// those from outside, where border pixels are repeated. `from(i)` is element i of the line.
template <class C, class From>
FRONTIERS_DEVICE C blur_line_adjoint(const Gaussian& gaussian, i64 at, i64 length,
                                     const From& from) {
    C sum = C(0);
    const i64 first = at - gaussian.radius, last = at + gaussian.radius;
    for (i64 i = first < 0 ? 0 : first; i <= last && i < length; ++i) {
        sum += gaussian.weight<C>(i < at ? at - i : i - at) * from(i);
    }
    for (int end = 0; end < 2; ++end) {
        if (at != (end == 0 ? 0 : length - 1)) continue;
        for (i64 i = 0; i < gaussian.radius && i < length; ++i) {
            C beyond = C(0);
            for (i64 j = i + 1; j <= gaussian.radius; ++j) beyond += gaussian.weight<C>(j);
            sum += beyond * from(end == 0 ? i : length - 1 - i);
        }
    }
    return sum;
}

template <class T>
struct BlurColumnsAdjoint {
    ColourAdjoint<T> colours;
    ComputeOf<T>* out;

    FRONTIERS_DEVICE void operator()(i64 element) const {
        const TransformCall& call = colours.call;
        const TransformIndex at(call, element);
        const TransformRow row = row_at(call, row_number(call, at.pass, at.image));
        out[element] = blur_line_adjoint<ComputeOf<T>>(
            Gaussian(row), at.y, call.height,
            [&](i64 y) { return colours(row, at.pass, at.image, at.channel, y, at.x); });
    }
};

template <class C>
struct BlurRowsAdjoint {
    TransformCall call;
    const C* in;
    C* out;

    FRONTIERS_DEVICE void operator()(i64 element) const {
        const TransformIndex at(call, element);
        const TransformRow row = row_at(call, row_number(call, at.pass, at.image));
        const C* line = in + (element - at.x);
        out[element] =
            blur_line_adjoint<C>(Gaussian(row), at.x, call.width, [&](i64 x) { return line[x]; });
    }
};

// Output pixels that may read input pixel (x, y): a box around its image under the inverse map.
struct Readers {
    i64 first_x, last_x, first_y, last_y;

    FRONTIERS_DEVICE Readers(const TransformCall& call, const TransformRow& row, i64 x, i64 y) {
        const double determinant =
            linear(row, 0, 0) * linear(row, 1, 1) - linear(row, 0, 1) * linear(row, 1, 0);
        const double inverse = 1.0 / determinant;
        const double xx = linear(row, 1, 1) * inverse, xy = -linear(row, 0, 1) * inverse;
        const double yx = -linear(row, 1, 0) * inverse, yy = linear(row, 0, 0) * inverse;
        const double from_x = static_cast<double>(x) - 0.5 * static_cast<double>(call.width - 1);
        const double from_y = static_cast<double>(y) - 0.5 * static_cast<double>(call.height - 1);
        axis(xx * from_x + xy * from_y, ::fabs(xx) + ::fabs(xy), translation(row, 0), call.width,
             call, first_x, last_x);
        axis(yx * from_x + yy * from_y, ::fabs(yx) + ::fabs(yy), translation(row, 1), call.height,
             call, first_y, last_y);
    }

  private:
    // The box is widened by the error of a forward coordinate, below 2^-20 of the size. If the map
    // is singular, the comparisons with NaN are false and the box is the whole result.
    FRONTIERS_DEVICE static void axis(double middle, double reach, double shift, i64 size,
                                      const TransformCall& call, i64& first, i64& last) {
        const double longer =
            static_cast<double>(call.width > call.height ? call.width : call.height);
        const double centre =
            middle + 0.5 * static_cast<double>(size - 1) + shift * static_cast<double>(size);
        const double half = reach * (1.0 + longer * 9.5367431640625e-7) + 0.5;
        const double low = centre - half, high = centre + half, end = static_cast<double>(size);
        first = low > 0.0 ? (low < end ? static_cast<i64>(low) : size) : 0;
        last = high < end ? (high >= 0.0 ? static_cast<i64>(high) : -1) : size - 1;
    }
};

template <class C>
FRONTIERS_DEVICE C corner_weight(i32 corner, C coefficient, i64 pixel) {
    return corner == pixel ? C(1) - coefficient : corner + 1 == pixel ? coefficient : C(0);
}

constexpr int channels_at_once = 4;

template <class T>
struct GatherPixels {
    using C = ComputeOf<T>;
    ColourAdjoint<T> colours;
    const C* scratch;
    T* to_images;

    // Sums the gradient of pixel number `pixel`, counted over all images.
    FRONTIERS_DEVICE void operator()(i64 pixel) const {
        const TransformCall& call = colours.call;
        const i64 row = pixel / call.width, image = row / call.height;
        const i64 x = pixel - row * call.width, y = row - image * call.height;
        for (i64 channel = 0; channel < call.channels; channel += channels_at_once) {
            gather(image, channel, y, x);
        }
    }

    FRONTIERS_DEVICE void gather(i64 image, i64 first_channel, i64 pixel_y, i64 pixel_x) const {
        const TransformCall& call = colours.call;
        C sum[channels_at_once] = {};
        for (i64 pass = 0; pass < call.passes; ++pass) {
            const TransformRow row = row_at(call, row_number(call, pass, image));
            const Readers readers(call, row, pixel_x, pixel_y);
            for (i64 y = readers.first_y; y <= readers.last_y; ++y) {
                const RowMap<C> map = row_map<C>(row, call.height, call.width, y);
                for (i64 x = readers.first_x; x <= readers.last_x; ++x) {
                    i32 corner_x, corner_y;
                    C right, below;
                    locate(map, x, corner_x, corner_y, right, below);
                    const C coefficient = corner_weight(corner_x, right, pixel_x + 1) *
                                          corner_weight(corner_y, below, pixel_y + 1);
                    if (coefficient == C(0)) continue;
                    each_channel(first_channel, [&](int j, i64 channel) {
                        sum[j] += coefficient * value(row, pass, image, channel, y, x);
                    });
                }
            }
        }
        each_channel(first_channel, [&](int j, i64 channel) {
            to_images[plane_offset(call, 0, image, channel) + pixel_y * call.width + pixel_x] =
                Scalar<T>::store(sum[j]);
        });
    }

    template <class Work>
    FRONTIERS_DEVICE void each_channel(i64 first, const Work& work) const {
        FRONTIERS_UNROLL
        for (int j = 0; j < channels_at_once; ++j) {
            if (first + j < colours.call.channels) work(j, first + j);
        }
    }

    FRONTIERS_DEVICE C value(const TransformRow& row, i64 pass, i64 image, i64 channel, i64 y,
                             i64 x) const {
        if (scratch == nullptr) return colours(row, pass, image, channel, y, x);
        const TransformCall& call = colours.call;
        return scratch[plane_offset(call, pass, image, channel) + y * call.width + x];
    }
};

}  // namespace

void transform_adjoint(const void* gradient, const void* clipped, void* to_images,
                       const TransformCall& call, Stream stream) {
    const i64 n = call.passes * image_elements(call);
    with_scalar(call.dtype, [&]<class T>(T) {
        using C = ComputeOf<T>;
        const ColourAdjoint<T> colours{call, static_cast<const T*>(gradient),
                                       static_cast<const T*>(clipped)};
        C* columns = static_cast<C*>(call.scratch);
        C* rows = columns == nullptr ? nullptr : columns + n;
        if (columns != nullptr) {
            for_each("transform_adjoint", n, BlurColumnsAdjoint<T>{colours, columns}, stream);
            for_each("transform_adjoint", n, BlurRowsAdjoint<C>{call, columns, rows}, stream);
        }
        const i64 pixels = call.images * call.height * call.width;
        for_each("transform_adjoint", pixels,
                 GatherPixels<T>{colours, rows, static_cast<T*>(to_images)}, stream);
    });
}

}  // namespace frontiers::cuda

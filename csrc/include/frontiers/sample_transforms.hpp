// sample_transforms: random rows of transform's table.
//
// Each parameter is uniform in [low, high]: low + (high - low) u, with u the float64 uniform number
// made of words 2 (j mod 2) and 2 (j mod 2) + 1 of the Philox block at counter j div 2 of the
// parameter stream of the sample (noise.hpp), j the parameter's number below. So a row depends on
// (seed, sample) and on nothing else, and every parameter has a number of its own.
//
// The content of the image is scaled, sheared along x, turned counter-clockwise as seen (rows run
// downwards), then moved; the table holds the inverse, as transform wants it. Colours go through
// saturation (towards the luma 0.299 R + 0.587 G + 0.114 B), a turn of the hue about the grey axis,
// contrast about 1/2, brightness (added), and the channel's gain:
//
//     y_c = gain_c (contrast ((hue saturation x)_c - 1/2) + 1/2 + brightness).
//
// Angles are in degrees. Saturation and hue other than 1 and 0 need three channels (the caller has
// checked). Bit-identical everywhere: products, sums, quotients and philox's own sine.
#pragma once

#include "frontiers/transform.hpp"

namespace frontiers {

enum class Drawn : int {
    rotation,
    scale,
    shear,
    translation_x,
    translation_y,
    brightness,
    contrast,
    saturation,
    hue,
    blur,
    noise,
    gain,  // gain + c for channel c
};
inline constexpr int drawn_ranges = 12;

struct Ranges {
    double low[drawn_ranges], high[drawn_ranges];
};

// Blocks with the parameters of a picture of three channels.
inline constexpr int parameter_blocks = 7;

struct Draw {
    const Ranges* ranges;
    u64 seed;
    u32 sample;
    const u32* words;  // of those blocks
};

FRONTIERS_HD double drawn(const Draw& draw, Drawn what, i64 channel = 0) {
    const int range = static_cast<int>(what);
    const i64 number = range + channel;
    double unit;
    if (number < 2 * parameter_blocks) {
        unit = Uniform<double>::unit(draw.words[2 * number], draw.words[2 * number + 1]);
    } else {
        const Block block = philox_block(static_cast<u64>(number / 2),
                                         stream_of(parameter_stream, draw.sample), draw.seed);
        const int word = static_cast<int>(2 * (number % 2));
        unit = Uniform<double>::unit(block.word[word], block.word[word + 1]);
    }
    const double low = draw.ranges->low[range], high = draw.ranges->high[range];
    return low + (high - low) * unit;
}

FRONTIERS_HD void cosine_sine_degrees(double degrees, double& cosine, double& sine) {
    cosine = 1.0;
    sine = 0.0;
    if (degrees == 0.0) return;  // as most distributions leave shear and hue
    const double turns = degrees / 360.0;
    cosine_sine_turn(turns - __builtin_floor(turns), cosine, sine);
}

// The inverse of turn * shear * scale.
FRONTIERS_HD void draw_geometry(const Draw& draw, double* row) {
    double c, s, shear_c, shear_s;
    cosine_sine_degrees(drawn(draw, Drawn::rotation), c, s);
    cosine_sine_degrees(drawn(draw, Drawn::shear), shear_c, shear_s);
    const double scale = drawn(draw, Drawn::scale), slant = shear_s / shear_c;
    row[0] = (c - slant * s) / scale;
    row[1] = (-s - slant * c) / scale;
    row[2] = s / scale;
    row[3] = c / scale;
    row[4] = drawn(draw, Drawn::translation_x);
    row[5] = drawn(draw, Drawn::translation_y);
    row[6] = drawn(draw, Drawn::blur);
    row[7] = drawn(draw, Drawn::noise);
}

// Entry (to, from) of hue * saturation.
FRONTIERS_HD double mixing(double saturation, double cosine, double sine, int to, int from) {
    const double luma[3] = {0.299, 0.587, 0.114};
    double sum = 0.0;
    for (int k = 0; k < 3; ++k) {
        // A turn about (1, 1, 1): cos I + (1 - cos) / 3 + sin / sqrt(3) times the cross product.
        const int step = (k - to + 3) % 3;
        const double cross = step == 0 ? 0.0 : step == 1 ? -0.5773502691896258 : 0.5773502691896258;
        const double turn = (to == k ? cosine : 0.0) + (1.0 - cosine) / 3.0 + cross * sine;
        sum += turn * ((k == from ? saturation : 0.0) + (1.0 - saturation) * luma[from]);
    }
    return sum;
}

FRONTIERS_HD void draw_colour(const Draw& draw, i64 channels, double* row) {
    double c, s;
    cosine_sine_degrees(drawn(draw, Drawn::hue), c, s);
    const double saturation = drawn(draw, Drawn::saturation);
    const double contrast = drawn(draw, Drawn::contrast);
    const double offset = (0.5 - 0.5 * contrast) + drawn(draw, Drawn::brightness);
    // Without saturation and hue the sums of mixing come to this exactly.
    const bool mixes = channels == 3 && !(saturation == 1.0 && c == 1.0 && s == 0.0);
    double* matrix = row + 8;
    double* added = matrix + channels * channels;
    for (i64 to = 0; to < channels; ++to) {
        const double gain = drawn(draw, Drawn::gain, to);
        for (i64 from = 0; from < channels; ++from) {
            const double mixed =
                mixes ? mixing(saturation, c, s, static_cast<int>(to), static_cast<int>(from))
                      : (to == from ? 1.0 : 0.0);
            matrix[to * channels + from] = gain * (contrast * mixed);
        }
        added[to] = gain * offset;
    }
}

FRONTIERS_HD void draw_transform(const Draw& draw, i64 channels, double* row) {
    draw_geometry(draw, row);
    draw_colour(draw, channels, row);
}

namespace cpu {
// Rows of samples first_sample to first_sample + count - 1, one after the other.
void sample_transforms(double* table, i64 count, i64 channels, const Ranges& ranges, u64 seed,
                       u32 first_sample, int threads);
}  // namespace cpu

namespace cuda {
void sample_transforms(double* table, i64 count, i64 channels, const Ranges& ranges, u64 seed,
                       u32 first_sample, Stream stream);
}  // namespace cuda

}  // namespace frontiers

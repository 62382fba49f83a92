// sample_transforms: draws random rows of transform's table.
//
// Each parameter is uniform in [low, high]: low + (high - low) u, where u is the float64 uniform
// number made of words 2 (j mod 2) and 2 (j mod 2) + 1 of the Philox block with counter j div 2 in
// the sample's parameter stream (noise.hpp), and j is the parameter's number below. So a row
// depends on (seed, sample) only, and no two parameters share a number.
//
// The content of the image is scaled, sheared along x, rotated counter-clockwise as seen (rows run
// downwards), then translated; the table holds the inverse map, as transform expects. Colours go
// through saturation (towards the luma 0.299 R + 0.587 G + 0.114 B), a hue rotation about the grey
// axis, contrast about 1/2, brightness (added), and a gain per channel:
//
//     y_c = gain_c (contrast ((hue saturation x)_c - 1/2) + 1/2 + brightness).
//
// Angles are in degrees. Saturation other than 1 and hue other than 0 need three channels, which
// the caller has checked. Bit-identical everywhere: only products, sums, quotients and philox's
// sine.
#pragma once

#include "frontiers/transform.hpp"

namespace frontiers {

enum class Parameter : int {
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
inline constexpr int parameter_count = 12;

struct Ranges {
    double low[parameter_count], high[parameter_count];
};

// Number of blocks that hold the parameters for three channels.
inline constexpr int parameter_blocks = 7;

struct Draw {
    const Ranges* ranges;
    u64 seed;
    u32 sample;
    const u32* words;  // of parameter_blocks blocks
};

FRONTIERS_HD double draw_parameter(const Draw& draw, Parameter parameter, i64 channel = 0) {
    const int range = static_cast<int>(parameter);
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
    if (degrees == 0.0) return;  // the usual case for shear and hue
    const double turns = degrees / 360.0;
    cosine_sine_turn(turns - __builtin_floor(turns), cosine, sine);
}

// The inverse of rotation * shear * scale.
FRONTIERS_HD void draw_geometry(const Draw& draw, double* row) {
    double c, s, shear_c, shear_s;
    cosine_sine_degrees(draw_parameter(draw, Parameter::rotation), c, s);
    cosine_sine_degrees(draw_parameter(draw, Parameter::shear), shear_c, shear_s);
    const double scale = draw_parameter(draw, Parameter::scale), slant = shear_s / shear_c;
    row[0] = (c - slant * s) / scale;
    row[1] = (-s - slant * c) / scale;
    row[2] = s / scale;
    row[3] = c / scale;
    row[4] = draw_parameter(draw, Parameter::translation_x);
    row[5] = draw_parameter(draw, Parameter::translation_y);
    row[6] = draw_parameter(draw, Parameter::blur);
    row[7] = draw_parameter(draw, Parameter::noise);
}

// Entry (to, from) of the matrix hue * saturation.
FRONTIERS_HD double mixing(double saturation, double cosine, double sine, int to, int from) {
    const double luma[3] = {0.299, 0.587, 0.114};
    double sum = 0.0;
    for (int k = 0; k < 3; ++k) {
        // Rotation about (1, 1, 1): cos I + (1 - cos) / 3 + sin / sqrt(3) times the cross product.
        const int step = (k - to + 3) % 3;
        const double cross = step == 0 ? 0.0 : step == 1 ? -0.5773502691896258 : 0.5773502691896258;
        const double turn = (to == k ? cosine : 0.0) + (1.0 - cosine) / 3.0 + cross * sine;
        sum += turn * ((k == from ? saturation : 0.0) + (1.0 - saturation) * luma[from]);
    }
    return sum;
}

FRONTIERS_HD void draw_colour(const Draw& draw, i64 channels, double* row) {
    double c, s;
    cosine_sine_degrees(draw_parameter(draw, Parameter::hue), c, s);
    const double saturation = draw_parameter(draw, Parameter::saturation);
    const double contrast = draw_parameter(draw, Parameter::contrast);
    const double offset = (0.5 - 0.5 * contrast) + draw_parameter(draw, Parameter::brightness);
    // Without saturation and hue, mixing() is exactly the identity.
    const bool mixes = channels == 3 && !(saturation == 1.0 && c == 1.0 && s == 0.0);
    double* matrix = row + 8;
    double* added = matrix + channels * channels;
    for (i64 to = 0; to < channels; ++to) {
        const double gain = draw_parameter(draw, Parameter::gain, to);
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
// Rows of samples first_sample to first_sample + count - 1.
void sample_transforms(double* table, i64 count, i64 channels, const Ranges& ranges, u64 seed,
                       u32 first_sample, int threads);
}  // namespace cpu

namespace cuda {
void sample_transforms(double* table, i64 count, i64 channels, const Ranges& ranges, u64 seed,
                       u32 first_sample, Stream stream);
}  // namespace cuda

}  // namespace frontiers

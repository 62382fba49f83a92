// The parts of DLPack's version 1 ABI that are read here: how a library describes an array in
// memory, and the table of C functions behind __dlpack_c_exchange_api__. Field names differ from
// DLPack's; only the layout matters.
#pragma once

#include <cstdint>

namespace frontiers::bindings::dlpack {

inline constexpr std::uint32_t major_version = 1;
inline constexpr const char* table_name = "dlpack_exchange_api";
inline constexpr const char* versioned_name = "dltensor_versioned";
inline constexpr const char* unversioned_name = "dltensor";
inline constexpr std::uint64_t read_only = 1;  // bit of VersionedTensor::flags

enum DeviceType : std::int32_t { cpu = 1 };
enum TypeCode : std::uint8_t {
    signed_integer = 0,
    unsigned_integer = 1,
    floating = 2,
    brain = 4,
    boolean = 6
};

struct Tensor {
    void* data;
    std::int32_t device_type;
    std::int32_t device_id;
    std::int32_t ndim;
    std::uint8_t code;
    std::uint8_t bits;
    std::uint16_t lanes;
    std::int64_t* shape;
    std::int64_t* strides;  // nullptr: contiguous
    std::uint64_t byte_offset;
};

// The content of an unversioned capsule, the older kind.
struct ManagedTensor {
    Tensor tensor;
    void* context;
    void (*deleter)(ManagedTensor*);
};

// The content of a versioned capsule.
struct VersionedTensor {
    std::uint32_t major, minor;
    void* context;
    void (*deleter)(VersionedTensor*);
    std::uint64_t flags;
    Tensor tensor;
};

struct ExchangeTable {
    std::uint32_t major, minor;
    const ExchangeTable* previous;
    void* allocate;
    void* own;
    int (*give)(VersionedTensor* owned, void** object);  // an object that owns `owned` from now on
    int (*view)(void* object, Tensor* out);  // without ownership; nullptr where unsupported
    void* stream;
};

}  // namespace frontiers::bindings::dlpack

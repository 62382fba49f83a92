// Calls on plain torch tensors that skip Python's share of the work.
//
// Reading a tensor through its methods and checking it in Python costs more than a small kernel
// does. Where torch publishes DLPack's C exchange table, a kernel's *_directly function reads the
// tensors through it and runs at once, if the call is the ordinary one: eager, no mode or transform
// that wants to see operators, contiguous CPU tensors, no gradient to record, every argument of the
// expected kind and in range. In all other cases it returns None, having done nothing, and the
// Python way runs, which knows every case and words every error. Nothing is refused here.
#pragma once

#include <pybind11/pybind11.h>

#include <initializer_list>

#include "dlpack.hpp"
#include "frontiers/dropout.hpp"

namespace frontiers::bindings {

namespace py = pybind11;

// Below this a kernel is done before the interpreter's lock is handed over.
inline constexpr i64 small_bytes = 64 << 10;

// Below this it is done before a second thread is awake. That thread may have to wait for a slice
// of the processor's time, some milliseconds, in which the first one looks out for it.
inline constexpr i64 shared_bytes = 512 << 10;

// What arithmetic takes as long for as moving bytes does, in bytes.
constexpr i64 costly(i64 bytes) { return 2 * bytes; }

// A contiguous tensor on the CPU. `floating`: dtype is one of the kernels' element types.
struct Operand {
    void* data;
    const i64* shape;
    int ndim;
    i64 n;
    DType dtype;
    bool floating;
    u8 code, bits;

    i64 bytes() const { return n * bits / 8; }
    bool same_kind(const Operand& other) const;
    bool overlaps(const Operand& other) const;
};

struct Box {
    double low, high;
};

class DirectCall {
  public:
    // Asks torch whether anybody but us must see this call.
    DirectCall();

    bool possible() const { return possible_; }
    // Threads worth waking for work that takes as long as moving so many bytes.
    int threads(i64 bytes) const;

    // Each reads an argument and returns it; one that is not plain makes the call impossible.
    Operand tensor(py::handle value);
    Operand floating(py::handle value);
    double number(py::handle value);
    u64 whole(py::handle value, u64 most);
    i64 signed_whole(py::handle value);
    bool flag(py::handle value);
    // A finite number >= 0.
    double length(py::handle value);
    // None or a pair of numbers in order.
    Box box(py::handle bounds);
    // The place of a word among some.
    int choice(py::handle value, std::initializer_list<const char*> words);
    KeepRule keep_rule(py::handle p, py::handle seed, py::handle sample);
    // 1 for "element", 2 for "channel" of something with `ndim` dimensions.
    Granularity granularity(py::handle value, int ndim);
    // An int or a tuple of ints; the elements of the shape.
    i64 elements(py::handle shape);
    void require(bool condition) { possible_ = possible_ && condition; }

    // New results, the large ones from remembered memory.
    py::object empty_like(py::handle tensor, const Operand& like, Operand& made);
    py::object empty(py::handle shape, py::handle dtype, i64 elements, Operand& made);
    py::object dtype_of(const Operand& like) const;
    // The output the caller gave, or a new one like `x`.
    py::object out_or_like(py::handle out, py::handle x, const Operand& like, Operand& made);

    // Tells autograd that `out` was written, when it is the caller's own.
    void written(py::handle out) const;

  private:
    bool view(py::handle value, Operand& to);

    bool possible_;
    bool recording_ = false;
};

// Runs a kernel; a long one without the interpreter's lock.
template <class Kernel>
void run(i64 bytes, const Kernel& kernel) {
    if (bytes < small_bytes) return kernel();
    py::gil_scoped_release release;
    kernel();
}

}  // namespace frontiers::bindings

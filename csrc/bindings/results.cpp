#include "results.hpp"

#include <memory>
#include <string>
#include <utility>

#include "register.hpp"

namespace frontiers::bindings {
namespace {

namespace py = pybind11;

// A managed tensor of either version, with what its fields point to.
template <class Managed>
struct Owned {
    Managed managed{};
    std::vector<i64> shape, strides;
    std::size_t bytes = 0;

    Owned(std::vector<i64> sizes, ElementKind kind)
        : shape(std::move(sizes)), strides(shape.size()) {
        i64 n = 1;
        for (std::size_t i = shape.size(); i-- > 0; n *= shape[i]) strides[i] = n;
        bytes = static_cast<std::size_t>(n * kind.bits / 8);
        managed.context = this;
        managed.deleter = [](Managed* own) { delete static_cast<Owned*>(own->context); };
        managed.tensor = {cpu::allocate_pooled(bytes),
                          dlpack::cpu,
                          0,
                          static_cast<std::int32_t>(shape.size()),
                          kind.code,
                          kind.bits,
                          1,
                          shape.data(),
                          strides.data(),
                          0};
    }
    ~Owned() { cpu::free_pooled(managed.tensor.data, bytes); }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
};

// For a torch without the exchange table: a capsule of `size` bytes.
py::capsule pooled_capsule(i64 size) {
    if (!is_pooled(size)) {
        throw py::value_error("size must be one that is pooled, got " + std::to_string(size));
    }
    using Bytes = Owned<dlpack::ManagedTensor>;
    auto owned =
        std::make_unique<Bytes>(std::vector<i64>{size}, ElementKind{dlpack::unsigned_integer, 8});
    // The consumer renames the capsule and calls the deleter itself; otherwise it is called here.
    PyObject* const capsule =
        PyCapsule_New(&owned->managed, dlpack::unversioned_name, [](PyObject* self) {
            if (PyCapsule_IsValid(self, dlpack::unversioned_name) == 0) return;
            auto* const managed = static_cast<dlpack::ManagedTensor*>(
                PyCapsule_GetPointer(self, dlpack::unversioned_name));
            managed->deleter(managed);
        });
    if (capsule == nullptr) throw py::error_already_set();
    owned.release();
    return py::reinterpret_steal<py::capsule>(capsule);
}

}  // namespace

py::object pooled_tensor(const dlpack::ExchangeTable& table, std::vector<i64> shape,
                         ElementKind kind) {
    auto owned = std::make_unique<Owned<dlpack::VersionedTensor>>(std::move(shape), kind);
    owned->managed.major = table.major;
    owned->managed.minor = table.minor;
    void* tensor = nullptr;
    if (table.give(&owned.release()->managed, &tensor) != 0) throw py::error_already_set();
    return py::reinterpret_steal<py::object>(static_cast<PyObject*>(tensor));
}

void register_results(py::module_& module) {
    module.def("pooled_capsule", pooled_capsule, py::arg("size"));
    module.def("bytes_in_pool", cpu::bytes_in_pool);
    module.def("empty_pool", cpu::empty_pool);
    module.attr("smallest_pooled") = cpu::smallest_pooled;
    module.attr("pool_capacity") = cpu::pool_capacity;
}

}  // namespace frontiers::bindings

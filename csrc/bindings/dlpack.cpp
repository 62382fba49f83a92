// What a DLPack capsule says about its memory besides where it is.
#include "dlpack.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// Only capsules of the versioned kind can say so; older ones know no such word.
bool is_read_only(py::handle capsule) {
    if (PyCapsule_IsValid(capsule.ptr(), dlpack::versioned_name) == 0) return false;
    const auto* const managed = static_cast<const dlpack::VersionedTensor*>(
        PyCapsule_GetPointer(capsule.ptr(), dlpack::versioned_name));
    return managed->major == dlpack::major_version && (managed->flags & dlpack::read_only) != 0;
}

}  // namespace

void register_dlpack(py::module_& module) {
    module.def("is_read_only", is_read_only, py::arg("capsule"));
}

}  // namespace frontiers::bindings

// Reads the read-only flag of a DLPack capsule.
#include "dlpack.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// False for unversioned capsules, which have no such flag.
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

// A process that gives up what it no longer needs: it may compute, read what is open, write what is open, and end. No file, no
// network, no other process.
// Thread: the process's only one.
#pragma once

#include <string>

namespace kontor::tasks::package {

// What a later system call asks for beyond that fails with EPERM. Empty: done; else what the kernel refused.
std::string enter_sandbox();

}  // namespace kontor::tasks::package

// The place of live predictions among the daemon's threads: behind those that answer, before training.
// Thread: called by the thread that it is about.
#pragma once

namespace kontor::live {

void yield_to_answers();

}  // namespace kontor::live

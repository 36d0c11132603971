// The few libc calls that Swift cannot import. Wrappers only: no logic.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include "CPlatformFiles.h"
#include "CPlatformProcess.h"
#include "CPlatformSockets.h"
#include "CPlatformConfinement.h"

#endif

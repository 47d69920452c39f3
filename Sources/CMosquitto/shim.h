// libmosquitto's functions are plain C: this only names its headers.
#ifndef FLYONCE_CMOSQUITTO_SHIM_H
#define FLYONCE_CMOSQUITTO_SHIM_H

#include <mosquitto.h>
#include <mqtt_protocol.h>

#endif

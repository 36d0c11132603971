// Nothing is called: programs are linked with this target for the one symbol that it defines.

import Farm

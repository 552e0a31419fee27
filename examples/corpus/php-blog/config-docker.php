<?php // of the container
